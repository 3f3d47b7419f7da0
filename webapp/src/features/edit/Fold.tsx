/** Something beside the canvas that can be folded away; the browser remembers it. */
import Box from "@mui/material/Box";
import { type ReactNode, useState } from "react";

import { useTranslation } from "@/shared/i18n";

interface FoldProps {
  name: "palette" | "panel";
  side: "left" | "right";
  width: number;
  children: ReactNode;
}

const PREFIX = "marketplace.folded.";

export function Fold({ name, side, width, children }: FoldProps) {
  const { t } = useTranslation();
  const [folded, setFolded] = useState(
    () => localStorage.getItem(PREFIX + name) === "true",
  );
  const arrow = (side === "left") === folded ? "›" : "‹";

  return (
    <Box
      sx={{
        display: "flex",
        flexDirection: side === "left" ? "row" : "row-reverse",
        flex: "none",
        minHeight: 0,
        bgcolor: "background.paper",
        borderColor: "divider",
        borderStyle: "solid",
        borderWidth: 0,
        [side === "left" ? "borderRightWidth" : "borderLeftWidth"]: 1,
      }}
    >
      {!folded && <Box sx={{ width, minHeight: 0 }}>{children}</Box>}
      <Box
        component="button"
        type="button"
        aria-expanded={!folded}
        aria-label={t(`canvas.${folded ? "show" : "fold"}_${name}`)}
        title={t(`canvas.${folded ? "show" : "fold"}_${name}`)}
        onClick={() => {
          localStorage.setItem(PREFIX + name, String(!folded));
          setFolded(!folded);
        }}
        sx={{
          width: 16,
          p: 0,
          border: 0,
          font: "inherit",
          color: "text.secondary",
          bgcolor: "transparent",
          cursor: "pointer",
          "&:hover": { bgcolor: "action.hover" },
        }}
      >
        {arrow}
      </Box>
    </Box>
  );
}
