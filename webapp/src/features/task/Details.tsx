/** The graph of a task, its steps in time, and one run; all at the chosen moment. */
import Box from "@mui/material/Box";
import LinearProgress from "@mui/material/LinearProgress";
import Paper from "@mui/material/Paper";
import Typography from "@mui/material/Typography";
import { useQueryClient } from "@tanstack/react-query";
import { getRouteApi } from "@tanstack/react-router";
import { lazy, Suspense, useCallback, useEffect, useMemo, useState } from "react";

import { stepsOf } from "@/pipeline/framePath";
import { momentsOf } from "@/pipeline/moment";
import { criticalPath } from "@/pipeline/timeline";
import { waysOf } from "@/pipeline/ways";
import { Unreachable } from "@/shared/api/client";
import type { Pipeline, TaskStatus } from "@/shared/api/types";
import { useTranslation } from "@/shared/i18n";
import { Failure } from "@/shared/ui/Faults";
import { useNow } from "@/shared/useNow";
import { ended } from "@/shared/useTask";

import { rowsOf, statesOf } from "./rows";
import { RunPanel } from "./RunPanel";
import { type Step, StepTable } from "./StepTable";
import { Trail } from "./Trail";
import { placedAt, useTaskRuns } from "./useTaskRuns";
import { WhyFailed } from "./WhyFailed";

// Only this page needs it, and the table says the same.
const PipelineCanvas = lazy(async () => ({
  default: (await import("@/canvas/PipelineCanvas")).PipelineCanvas,
}));

const page = getRouteApi("/task/$task");

/** Pixels: beside the table, and on a phone above it. */
const GRAPH_HEIGHT = 720;
const GRAPH_HEIGHT_ON_PHONES = 340;
const WIDE = 900;

interface DetailsProps {
  status: TaskStatus;
  pipeline: Pipeline;
}

export function Details({ status, pipeline }: DetailsProps) {
  const { path = "", node: wanted } = page.useSearch();
  const navigate = page.useNavigate();
  const { t, i18n } = useTranslation();
  const over = ended(status);
  const now = useNow(!over);
  const runs = useTaskRuns(status.id, pipeline, path, !over);
  const [at, setAt] = useState<number>();
  useFreshAfterEnd(status.id, over);

  const shown = useMemo(() => placedAt(runs.byNode, at), [at, runs.byNode]);
  const steps = useMemo(() => rowsOf(pipeline.nodes, shown), [pipeline.nodes, shown]);
  const selected = wanted ?? defaultNode(status, steps);
  const chosen = steps.find(({ node }) => node.id === selected);
  const critical = useMemo(
    () => criticalPath(runs.root?.runs ?? {}, waysOf(pipeline.nodes)),
    [pipeline.nodes, runs.root],
  );
  const moments = useMemo(
    () => momentsOf([...runs.byNode.values()].map(({ latest }) => latest)),
    [runs.byNode],
  );

  const select = useCallback(
    (id: string) => {
      void navigate({
        search: { ...(path && { path }), node: id },
        replace: true,
        resetScroll: false,
      });
    },
    [navigate, path],
  );
  const openItem = (item: string, inner?: string) => {
    const node = inner ?? stepsOf(item).at(-1)?.loop;
    void navigate({
      search: { ...(item && { path: item }), ...(node && { node }) },
      replace: true,
      resetScroll: false,
    });
  };

  const live = useMemo(
    () => ({
      states: statesOf(shown, at ?? now, i18n.language),
      selected,
      onSelect: select,
    }),
    [at, i18n.language, now, select, selected, shown],
  );
  const whole = {
    from: Date.parse(status.created_at),
    to: status.ended_at === null ? now : Date.parse(status.ended_at),
  };

  return (
    <>
      {status.status === "error" && (
        <WhyFailed status={status} onSelect={select} onItem={openItem} />
      )}
      {/* That the engine is away the page says once, above. */}
      {runs.error && !(runs.error instanceof Unreachable) && (
        <Failure error={runs.error} />
      )}
      <Trail status={status} path={path} onOpen={openItem} />
      <Box
        sx={{
          display: "grid",
          gap: 4,
          alignItems: "start",
          gridTemplateColumns: {
            xs: "minmax(0, 1fr)",
            md: "minmax(300px, 2fr) minmax(0, 3fr)",
          },
        }}
      >
        <Paper
          component="section"
          aria-label={t("task.graph")}
          sx={{
            borderRadius: 1.5,
            overflow: "hidden",
            borderColor: at === undefined ? "divider" : "primary.main",
            position: { md: "sticky" },
            top: { md: 16 },
          }}
        >
          <Suspense fallback={<LinearProgress aria-label={t("loading")} />}>
            <PipelineCanvas
              nodes={pipeline.nodes}
              live={live}
              maxHeight={
                window.innerWidth < WIDE ? GRAPH_HEIGHT_ON_PHONES : GRAPH_HEIGHT
              }
            />
          </Suspense>
        </Paper>
        <Box sx={{ display: "grid", gap: 4, minWidth: 0 }}>
          <StepTable
            steps={steps}
            whole={whole}
            now={now}
            critical={critical}
            cursor={{ at, moments, onMove: setAt }}
            selected={selected}
            onSelect={select}
          />
          {chosen ? (
            <RunPanel
              task={status.id}
              route={status.route}
              continues={status.continues ?? undefined}
              node={chosen.node}
              placed={chosen.placed}
              isLoading={runs.isLoading}
              running={!over}
              now={now}
              at={at}
              item={path}
              saidAbove={
                at === undefined &&
                status.failed?.node === chosen.node.id &&
                chosen.placed?.path === ""
              }
              onItem={openItem}
            />
          ) : (
            <Typography color="textSecondary">{t("task.select")}</Typography>
          )}
        </Box>
      </Box>
    </>
  );
}

/** Ask for the runs once more at the end: what was read before may be older. */
function useFreshAfterEnd(task: string, over: boolean): void {
  const client = useQueryClient();
  useEffect(() => {
    if (over) void client.invalidateQueries({ queryKey: ["task", task, "runs"] });
  }, [client, over, task]);
}

/** What is looked at first: what failed or works, else what was cancelled, or the end. */
function defaultNode(status: TaskStatus, steps: Step[]): string | undefined {
  const open = status.failed?.node ?? status.waiting[0]?.node;
  if (open !== undefined) return open;
  const cancelled = steps.find(({ placed }) => placed?.latest.status === "cancelled");
  return (cancelled ?? steps.find(({ node }) => node.type === "end"))?.node.id;
}
