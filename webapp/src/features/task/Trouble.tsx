/** Why a run failed; or what it waits for, when it goes on and when it gives up. */
import Alert from "@mui/material/Alert";
import AlertTitle from "@mui/material/AlertTitle";
import Box from "@mui/material/Box";
import Typography from "@mui/material/Typography";
import { useQuery } from "@tanstack/react-query";

import { engine } from "@/shared/api/client";
import type { PipelineNode, RunLine } from "@/shared/api/types";
import { duration } from "@/shared/format";
import { useTranslation } from "@/shared/i18n";
import { Words } from "@/shared/ui/Words";
import { when } from "@/shared/when";

const POLL_MS = 3000;

interface TroubleProps {
  run: RunLine;
  /** Of the task. */
  route: string;
  node: PipelineNode;
  now: number;
  /** The page says already why this run failed. */
  saidAbove: boolean;
}

export function Trouble({ run, route, node, now, saidAbove }: TroubleProps) {
  const open = run.ended_at === null && run.status !== "pending";
  return (
    <>
      {run.fault && !saidAbove && <Fault fault={run.fault} open={open} />}
      {open && <Waits run={run} route={route} node={node} now={now} />}
      {run.refused && (
        <Alert severity="warning" lang="en" sx={{ mt: 3 }}>
          {run.refused}
        </Alert>
      )}
    </>
  );
}

interface FaultProps {
  fault: NonNullable<RunLine["fault"]>;
  /** It is tried again. */
  open: boolean;
}

function Fault({ fault, open }: FaultProps) {
  const { t } = useTranslation();
  return (
    <Alert severity={open ? "warning" : "error"} sx={{ mt: 4 }}>
      <AlertTitle>{t(`fault.${fault.code}`, { defaultValue: fault.code })}</AlertTitle>
      <Box lang="en" sx={{ overflowWrap: "anywhere" }}>
        {fault.message}
        {fault.line !== null &&
          ` (${t("task.at_line", { field: fault.field ?? "", line: fault.line })})`}
        {fault.hint && (
          <Box sx={{ mt: 1, fontStyle: "italic" }}>
            <Words text={fault.hint} />
          </Box>
        )}
      </Box>
    </Alert>
  );
}

type WaitsProps = Omit<TroubleProps, "saidAbove">;

/** What an open run waits for, in the order in which one asks. */
function Waits({ run, route, node, now }: WaitsProps) {
  const speech = useTranslation();
  const { t, i18n } = speech;
  const details = useQuery({
    queryKey: ["route", route],
    queryFn: ({ signal }) => engine.route(route, signal),
    refetchInterval: POLL_MS,
  });
  const waits = run.status === "retrying" || run.status === "calling";
  const missing = waits && (details.data?.missing ?? []).includes(node.service ?? "");
  // Of a delay all is said by when it is over.
  const waitsFor = run.status === "waiting" ? null : run.waits_for;
  const usual = details.data?.usual[node.id];

  const words = [
    run.again_at &&
      t(run.status === "waiting" ? "task.begins" : "task.again", {
        when: when(run.again_at, now, speech),
      }),
    run.deadline && t("task.gives_up", { when: when(run.deadline, now, speech) }),
    run.status === "working" &&
      usual !== undefined &&
      t("task.usually", { time: duration(usual, i18n.language) }),
  ].filter(Boolean);

  return (
    <>
      {missing && (
        <Alert severity="warning" sx={{ mt: 4 }}>
          {t("task.waiting_service", { service: node.service })}{" "}
          {t("gallery.missing_remedy")}
        </Alert>
      )}
      <Box sx={{ mt: 3 }}>
        {waitsFor && !missing && !run.fault && (
          <Typography lang="en">{waitsFor}</Typography>
        )}
        {words.length > 0 && (
          <Typography color="textSecondary">{words.join(" ")}</Typography>
        )}
      </Box>
    </>
  );
}
