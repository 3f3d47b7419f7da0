/** How the last run ended: a failure leads to the field that is to blame. */
import Box from "@mui/material/Box";
import Button from "@mui/material/Button";
import { useEffect, useRef } from "react";

import { findNode } from "@/pipeline/document";
import { useTranslation } from "@/shared/i18n";
import { toneColor } from "@/shared/theme";
import { Failure } from "@/shared/ui/Faults";
import { LinkButton } from "@/shared/ui/LinkButton";

import { remedyOf } from "../faults/remedies";
import { knownRoutes } from "../panel/knownRoutes";
import { perform, useEdit } from "../store";
import { useUi } from "../ui";
import { openTask, useTry } from "./tryState";
import { useTryStatus } from "./useFollowRun";

export function RunBar() {
  const { t } = useTranslation();
  const status = useTryStatus();
  const error = useTry((state) => state.error);
  const document = useEdit((state) => state.document);
  const failed = status?.status === "error" ? status.failed : null;
  useOpenAtFailure(failed?.node, failed?.fault?.field ?? undefined, status?.id);

  if (error !== undefined) {
    return (
      <Box sx={{ px: 4, py: 2 }}>
        <Failure error={error} />
      </Box>
    );
  }
  if (!status) return null;

  const fault = failed?.fault;
  const remedy =
    failed && fault && findNode(document, failed.node)
      ? remedyOf({ ...fault, node: failed.node }, document, knownRoutes())
      : undefined;
  return (
    <Box
      role="status"
      aria-label={t("canvas.last_run")}
      sx={{
        display: "flex",
        flexWrap: "wrap",
        gap: 3,
        alignItems: "center",
        px: 4,
        py: 1,
        fontSize: 13,
        borderTop: 1,
        borderColor: "divider",
        bgcolor: "background.paper",
      }}
    >
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
          <b>{failed.node}</b>: {fault?.message ?? failed.message}
          {fault?.hint && ` · ${fault.hint}`}
        </Box>
      )}
      {!failed && <Box sx={{ flex: 1 }} />}
      {remedy && (
        <Button
          size="small"
          variant="contained"
          onClick={() => {
            perform(remedy.edit);
          }}
        >
          {t(remedy.label, remedy.values ?? {})}
        </Button>
      )}
      {failed && (
        <Button
          size="small"
          onClick={() => {
            useEdit.getState().select([failed.node]);
            useUi.getState().goTo(failed.node, fault?.field ?? undefined);
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
      <Button
        size="small"
        color="inherit"
        aria-label={t("canvas.forget_run")}
        onClick={() => {
          openTask(undefined);
        }}
        sx={{ minWidth: 0 }}
      >
        ✕
      </Button>
    </Box>
  );
}

const TONES = { running: "running", finished: "ok", error: "failed" } as const;

/** A run that was begun here and fails opens the field, once. */
function useOpenAtFailure(
  node: string | undefined,
  field: string | undefined,
  task: string | undefined,
): void {
  const seen = useRef<string>(undefined);
  const own = useTry((state) => state.own);
  useEffect(() => {
    if (node === undefined || task === undefined || seen.current === task) return;
    seen.current = task;
    if (own !== task) return;
    useEdit.getState().select([node]);
    useUi.getState().goTo(node, field);
  }, [node, field, task, own]);
}
