/** Below the timeline while the cursor is in the past: which moment is shown. */
import Box from "@mui/material/Box";
import Button from "@mui/material/Button";

import { duration } from "@/shared/format";
import { useTranslation } from "@/shared/i18n";

interface AsItWasProps {
  /** Since the task began. */
  seconds: number;
  onNow: () => void;
}

export function AsItWas({ seconds, onNow }: AsItWasProps) {
  const { t, i18n } = useTranslation();
  return (
    <Box
      role="status"
      sx={{
        display: "flex",
        gap: 2,
        alignItems: "center",
        ml: "auto",
        my: -1,
        color: "text.primary",
        fontSize: 13,
        fontWeight: 600,
      }}
    >
      {t("task.moment_at", { time: duration(seconds, i18n.language) })}
      <Button size="small" onClick={onNow}>
        {t("task.moment_back")}
      </Button>
    </Box>
  );
}
