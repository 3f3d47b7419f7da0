/** What can be done with several nodes at once. */
import Box from "@mui/material/Box";
import Button from "@mui/material/Button";
import Typography from "@mui/material/Typography";

import { useTranslation } from "@/shared/i18n";

import { align } from "../canvas/placing";
import { useReadOnly } from "../store";
import { StepMenu } from "./StepMenu";

const LINES = ["left", "center", "right", "top", "middle", "bottom"] as const;

export function SeveralChosen({ ids }: { ids: readonly string[] }) {
  const { t } = useTranslation();
  const readOnly = useReadOnly();
  return (
    <Box sx={{ p: 4, display: "grid", gap: 3 }}>
      <Box sx={{ display: "flex", alignItems: "center" }}>
        <Typography component="h2" sx={{ flex: 1, fontSize: 16, fontWeight: 650 }}>
          {t("canvas.several", { count: ids.length })}
        </Typography>
        {!readOnly && <StepMenu />}
      </Box>
      <Typography color="textSecondary" sx={{ fontSize: 13 }}>
        {ids.join(", ")}
      </Typography>
      {!readOnly && (
        <Box sx={{ display: "grid", gridTemplateColumns: "1fr 1fr 1fr", gap: 1 }}>
          {LINES.map((how) => (
            <Button
              key={how}
              size="small"
              variant="outlined"
              onClick={() => {
                align(how);
              }}
            >
              {t(`canvas.action.align_${how}`)}
            </Button>
          ))}
        </Box>
      )}
    </Box>
  );
}
