/** The first page of a list again, and the one behind this. */
import Box from "@mui/material/Box";
import Button from "@mui/material/Button";

import { useTranslation } from "@/shared/i18n";

interface PageButtonsProps {
  cursor: string;
  next: string | null | undefined;
  onGo: (cursor: string) => void;
}

export function PageButtons({ cursor, next, onGo }: PageButtonsProps) {
  const { t } = useTranslation();
  if (cursor === "" && !next) return null;
  return (
    <Box sx={{ display: "flex", gap: 2, mt: 4 }}>
      {cursor !== "" && (
        <Button
          variant="outlined"
          onClick={() => {
            onGo("");
          }}
        >
          {t("admin.first_page")}
        </Button>
      )}
      {next && (
        <Button
          variant="outlined"
          onClick={() => {
            onGo(next);
          }}
        >
          {t("admin.next_page")}
        </Button>
      )}
    </Box>
  );
}
