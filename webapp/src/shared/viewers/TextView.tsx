/** A text as it is; of a long one the beginning, until all of it is wanted. */
import Box from "@mui/material/Box";
import Button from "@mui/material/Button";
import { useState } from "react";

import { useTranslation } from "@/shared/i18n";

const CHARACTERS_AT_FIRST = 4000;

export function TextView({ text }: { text: string }) {
  const { t } = useTranslation();
  const [all, setAll] = useState(false);
  const cut = !all && text.length > CHARACTERS_AT_FIRST;

  return (
    <>
      <Box
        sx={{
          whiteSpace: "pre-wrap",
          overflowWrap: "anywhere",
          maxWidth: "68ch",
          lineHeight: 1.6,
        }}
      >
        {cut ? `${text.slice(0, CHARACTERS_AT_FIRST)}…` : text}
      </Box>
      {cut && (
        <Button
          onClick={() => {
            setAll(true);
          }}
        >
          {t("result.more")}
        </Button>
      )}
    </>
  );
}
