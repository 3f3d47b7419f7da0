/** How the last run ended: a failure leads to the field that is to blame. */
import Box from "@mui/material/Box";
import Button from "@mui/material/Button";
import { lazy, Suspense, useEffect, useRef } from "react";

import { findNode } from "@/pipeline/document";
import { useTranslation } from "@/shared/i18n";
import { toneColor } from "@/shared/theme";
import { Failure } from "@/shared/ui/Faults";
import { LinkButton } from "@/shared/ui/LinkButton";

import { BottomBar } from "../BottomBar";
import { RemedyButton } from "../faults/RemedyButton";
import { showField } from "../showField";
import { useEdit } from "../store";
import type { Blame } from "./blame";
import { openTask, setTry, useTry } from "./tryState";
import { useTryStatus } from "./useFollowRun";

// Both come with the first run that there is.
const Waits = lazy(async () => ({ default: (await import("./Waits")).Waits }));
const RunTimeline = lazy(async () => ({
  default: (await import("./RunTimeline")).RunTimeline,
}));

export function RunBar() {
  const { t } = useTranslation();
  const status = useTryStatus();
  const error = useTry((state) => state.error);
  const blame = useTry((state) => state.blame);
  const failed = status?.status === "error" ? status.failed : null;
  const node = blame?.node ?? failed?.node;
  // It may have been renamed or deleted since.
  const isThere = useEdit(
    ({ document }) => node !== undefined && findNode(document, node) !== undefined,
  );
  useOpenAtFailure(failed ? blame : undefined, status?.id);

  if (error !== undefined) {
    return (
      <Box sx={{ px: 4, py: 2, display: "flex", alignItems: "start" }}>
        <Box sx={{ flex: 1 }}>
          <Failure error={error} />
        </Box>
        <HideButton
          onHide={() => {
            setTry({ error: undefined });
          }}
        />
      </Box>
    );
  }
  if (!status) return null;

  const fault = blame?.fault ?? failed?.fault;
  return (
    <BottomBar role="status" label={t("canvas.last_run")}>
      <Box
        component="span"
        sx={{ fontWeight: 600, color: toneColor(TONES[status.status] ?? "skipped") }}
      >
        {t(`canvas.run_${status.status}`)}
      </Box>
      {failed && (
        <Box
          component="span"
          lang="en"
          sx={{ flex: 1, minWidth: 200, overflowWrap: "anywhere" }}
        >
          <b>{node}</b>: {fault?.message ?? failed.message}
          {fault?.hint && ` · ${fault.hint}`}
        </Box>
      )}
      {!failed && (
        <Box sx={{ flex: 1 }}>
          <Suspense fallback={null}>
            {status.status === "running" && <Waits status={status} />}
          </Suspense>
        </Box>
      )}
      <Suspense fallback={null}>
        <RunTimeline status={status} />
      </Suspense>
      {fault && node !== undefined && isThere && (
        <RemedyButton fault={{ ...fault, node }} />
      )}
      {failed && (
        <Button
          size="small"
          onClick={() => {
            if (blame) showField(blame.node, blame.field);
            else showField(failed.node);
          }}
        >
          {t("canvas.go_there")}
        </Button>
      )}
      <LinkButton
        to="/task/$task"
        params={{ task: status.id }}
        size="small"
        color="inherit"
      >
        {t("canvas.open_task")}
      </LinkButton>
      <HideButton
        onHide={() => {
          openTask(undefined);
        }}
      />
    </BottomBar>
  );
}

function HideButton({ onHide }: { onHide: () => void }) {
  const { t } = useTranslation();
  return (
    <Button
      size="small"
      color="inherit"
      aria-label={t("canvas.forget_run")}
      onClick={onHide}
      sx={{ minWidth: 0 }}
    >
      ✕
    </Button>
  );
}

const TONES = { running: "running", finished: "ok", error: "failed" } as const;

/** A run that was begun here and fails opens the field, once. */
function useOpenAtFailure(blame: Blame | undefined, task: string | undefined): void {
  const seen = useRef<string>(undefined);
  const own = useTry((state) => state.own);
  useEffect(() => {
    if (!blame || task === undefined || seen.current === task) return;
    seen.current = task;
    if (own === task) showField(blame.node, blame.field);
  }, [blame, task, own]);
}
