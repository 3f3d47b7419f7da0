/** How much of a form was sent. */
import Box from "@mui/material/Box";
import Button from "@mui/material/Button";
import LinearProgress from "@mui/material/LinearProgress";

import { partOfBytes } from "@/shared/format";
import { useTranslation } from "@/shared/i18n";

import type { Sending } from "./useRun";

// Smaller ones are sent before anybody could read how far they are.
const SLOW_BYTES = 1_000_000;

interface SendingBarProps {
  sending: Sending;
  onCancel: () => void;
}

export function SendingBar({ sending, onCancel }: SendingBarProps) {
  const { t, i18n } = useTranslation();
  const { sent, total } = sending;
  // All was sent: the engine keeps it, and then answers.
  const isMoving = total >= SLOW_BYTES && sent < total;

  return (
    <>
      <Box sx={{ flex: 1, minWidth: 160 }}>
        <LinearProgress
          aria-label={t("run.starting")}
          variant={isMoving ? "determinate" : "indeterminate"}
          value={isMoving ? (100 * sent) / total : 0}
        />
        <Box role="status" sx={{ fontSize: "0.75rem", mt: 1, minHeight: "1.4em" }}>
          {isMoving
            ? t("run.sending", partOfBytes(sent, total, i18n.language))
            : t("run.starting")}
        </Box>
      </Box>
      <Button onClick={onCancel} sx={{ mr: -2 }}>
        {t("run.cancel")}
      </Button>
    </>
  );
}
