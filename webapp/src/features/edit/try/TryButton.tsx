/** Runs what is edited, and says how many steps that spares. */
import ButtonGroup from "@mui/material/ButtonGroup";
import CircularProgress from "@mui/material/CircularProgress";
import { lazy, Suspense } from "react";

import { stepsIn } from "@/pipeline/reuse";
import { useTranslation } from "@/shared/i18n";
import { BusyButton } from "@/shared/ui/BusyButton";

import { ActionMenu } from "../actions/ActionMenu";
import { useEdit } from "../store";
import { tryActions } from "./actions";
import { run } from "./run";
import { useTry } from "./tryState";
import { useTryStatus } from "./useFollowRun";

// Most runs use the input that was kept.
const InputDialog = lazy(async () => ({
  default: (await import("./InputDialog")).InputDialog,
}));

export function TryButton() {
  const { t } = useTranslation();
  const starting = useTry((state) => state.starting);
  const isAsking = useTry((state) => state.dialog);
  const status = useTryStatus();
  const isRunning = status?.status === "running" || starting;
  const kept = useTry((state) => state.spared);
  const total = useEdit((state) => stepsIn(state.document).length);
  // Which actions there are depends on what is chosen.
  useEdit((state) => state.selection);

  const failed = status?.status === "error" && kept.size > 0;
  const word = failed ? "canvas.resume" : "canvas.run";
  const label =
    kept.size > 0
      ? `${t(word)} ${t("canvas.reuses", { count: kept.size, total })}`
      : t("canvas.run");
  return (
    <>
      <ButtonGroup size="small" variant="outlined">
        <BusyButton
          isBusy={isRunning}
          startIcon={isRunning && <CircularProgress color="inherit" size={14} />}
          onClick={() => void run()}
          sx={{ whiteSpace: "nowrap" }}
        >
          {label}
        </BusyButton>
        <ActionMenu
          aria-label={t("canvas.run_more")}
          actions={tryActions}
          sx={{ px: 1, minWidth: 28 }}
        >
          ▾
        </ActionMenu>
      </ButtonGroup>
      {isAsking && (
        <Suspense fallback={null}>
          <InputDialog />
        </Suspense>
      )}
    </>
  );
}
