/** Who calls a service: of a pipeline this stands below how it works. */
import Box from "@mui/material/Box";
import { useState } from "react";

import { useTranslation } from "@/shared/i18n";
import { UsedBy } from "@/shared/ui/UsedBy";

export function UsedByDetails({ route }: { route: string }) {
  const { t } = useTranslation();
  const [isOpen, setIsOpen] = useState(false);
  return (
    <Box
      component="details"
      sx={{ mt: 8, borderTop: 1, borderColor: "divider", pt: 4 }}
      onToggle={(event: React.ToggleEvent<HTMLElement>) => {
        setIsOpen(event.newState === "open");
      }}
    >
      <Box component="summary" sx={{ cursor: "pointer", fontWeight: 600 }}>
        {t("used.who")}
      </Box>
      {isOpen && <UsedBy route={route} />}
    </Box>
  );
}
