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
import type { Blame } from "./blame";
import { openTask, useTry } from "./tryState";
import { useTryStatus } from "./useFollowRun";

export function RunBar() {
  const { t } = useTranslation();
  const status = useTryStatus();
  const error = useTry((state) => state.error);
  const document = useEdit((state) => state.document);
  const blame = useTry((state) => state.blame);
  const failed = status?.status === "error" ? status.failed : null;
  useOpenAtFailure(failed ? blame : undefined, status?.id);

  if (error !== undefined) {
    return (
      <Box sx={{ px: 4, py: 2 }}>
        <Failure error={error} />
      </Box>
    );
  }
  if (!status) return null;

  const fault = blame?.fault ?? failed?.fault;
  const node = blame?.node ?? failed?.node;
  const remedy =
    fault && node !== undefined && findNode(document, node)
      ? remedyOf({ ...fault, node }, document, knownRoutes())
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
          <b>{node}</b>: {fault?.message ?? failed.message}
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
            goToBlame(blame ?? { node: failed.node, field: undefined });
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
function useOpenAtFailure(blame: Blame | undefined, task: string | undefined): void {
  const seen = useRef<string>(undefined);
  const own = useTry((state) => state.own);
  useEffect(() => {
    if (!blame || task === undefined || seen.current === task) return;
    seen.current = task;
    if (own === task) goToBlame(blame);
  }, [blame, task, own]);
}

function goToBlame({ node, field }: Pick<Blame, "node" | "field">): void {
  useEdit.getState().select([node]);
  useUi.getState().goTo(node, field);
}
