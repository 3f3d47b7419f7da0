/** A task at work: which step, how far, how long such tasks take, what it waits for. */
import Box from "@mui/material/Box";
import LinearProgress from "@mui/material/LinearProgress";
import Typography from "@mui/material/Typography";
import { useQuery, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";

import { titleOf } from "@/contract/fields";
import { engine } from "@/shared/api/client";
import type { RouteDetails, TaskStatus } from "@/shared/api/types";
import { duration, secondsBetween } from "@/shared/format";
import { useTranslation } from "@/shared/i18n";
import { BusyButton } from "@/shared/ui/BusyButton";
import { useNow } from "@/shared/useNow";
import { taskKey } from "@/shared/useTask";

import { OpenSteps } from "./OpenSteps";

// It never claims to be done: that is the result's to say.
const MAX_PERCENT = 95;

interface RunningProps {
  status: TaskStatus;
  route: RouteDetails;
}

export function Running({ status, route }: RunningProps) {
  const { t, i18n } = useTranslation();
  const now = useNow(true);
  const summaries = useSummaries();
  const seconds = secondsBetween(status.created_at, null, now);
  const usual = route.usual_seconds;
  // What takes much longer than usual: nobody knows how far it is.
  const isUsual = usual !== null && seconds < 2 * usual;

  const first = status.waiting[0];
  const step = first ? wordsOf(first.node, route, summaries) : t("status.running");
  const { done, total } = status.progress;

  return (
    <Box>
      <Box sx={{ display: "flex", gap: 4, alignItems: "center", mb: 2 }}>
        <Typography variant="h2" component="p" role="status" sx={{ flex: 1 }}>
          {t("run.step", { step, done: Math.min(done + 1, total), total })}
        </Typography>
        <CancelButton task={status.id} />
      </Box>
      <LinearProgress
        aria-label={t("status.running")}
        variant={isUsual ? "determinate" : "indeterminate"}
        value={isUsual ? Math.min(MAX_PERCENT, (100 * seconds) / usual) : 0}
      />
      <Box
        sx={{
          display: "flex",
          justifyContent: "space-between",
          mt: 1,
          color: "text.secondary",
          fontSize: 12,
        }}
      >
        <span>
          {usual !== null && t("run.usually", { time: duration(usual, i18n.language) })}
        </span>
        <span>{seconds >= 1 && duration(Math.floor(seconds), i18n.language)}</span>
      </Box>
      <OpenSteps
        status={status}
        route={route}
        now={now}
        wordsOf={(node) => wordsOf(node, route, summaries)}
      />
    </Box>
  );
}

/** What a step does: the summary of its service, else its author's words, else its name. */
function wordsOf(
  id: string,
  route: RouteDetails,
  summaries: ReadonlyMap<string, string>,
): string {
  const node = route.pipeline?.nodes.find((one) => one.id === id);
  return summaries.get(node?.service ?? "") ?? titleOf(id);
}

/** By route, what it does: from the list that the gallery shows. */
function useSummaries(): ReadonlyMap<string, string> {
  const routes = useQuery({
    queryKey: ["routes"],
    queryFn: ({ signal }) => engine.routes(signal),
    staleTime: Infinity,
  });
  const told = (routes.data ?? []).filter(({ summary }) => summary !== "");
  return new Map(told.map(({ route, summary }) => [route, summary]));
}

function CancelButton({ task }: { task: string }) {
  const { t } = useTranslation();
  const client = useQueryClient();
  const [isCancelling, setIsCancelling] = useState(false);

  const cancel = () => {
    setIsCancelling(true);
    void engine
      .cancel(task)
      .then((changed) => {
        client.setQueryData(taskKey(task), changed);
      })
      .finally(() => {
        setIsCancelling(false);
      });
  };

  return (
    <BusyButton isBusy={isCancelling} onClick={cancel} sx={{ mr: -2 }}>
      {t("run.cancel")}
    </BusyButton>
  );
}
