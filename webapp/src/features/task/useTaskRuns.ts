/** The document that a task follows, and the runs of its frames. */
import {
  keepPreviousData,
  useQueries,
  useQuery,
  useQueryClient,
} from "@tanstack/react-query";
import { useMemo } from "react";

import { stepsOf } from "@/pipeline/framePath";
import { runAt } from "@/pipeline/moment";
import { allNodes } from "@/pipeline/ways";
import { engine, isUnknown } from "@/shared/api/client";
import type { Pipeline, RunLine, Runs, TaskStatus } from "@/shared/api/types";
import { PATIENT, taskKey } from "@/shared/useTask";

const POLL_MS = 2000;

/** The version that a task runs; of one that was erased what its route has now. */
function documentQuery(route: string, version: string) {
  return {
    queryKey: ["version", route, version],
    queryFn: async ({ signal }: { signal: AbortSignal }): Promise<Pipeline> => {
      try {
        return await engine.version(route, version, signal);
      } catch (failure) {
        // Away, or not for this person: another document would be shown as its own.
        if (!isUnknown(failure)) throw failure;
        const { pipeline } = await engine.route(route, signal);
        // Shared only to be run: there is nothing to show of it.
        if (pipeline === null) throw failure;
        return pipeline;
      }
    },
    staleTime: Infinity,
    ...PATIENT,
  };
}

export function useDocument(status: TaskStatus | undefined) {
  const { route = "", version = "" } = status ?? {};
  return useQuery({ ...documentQuery(route, version), enabled: status !== undefined });
}

/** Read what the page of a task begins with, so that it is there when it opens. */
export function usePrefetchTask(): (task: string) => void {
  const client = useQueryClient();
  return (task) => {
    void client
      .fetchQuery({
        queryKey: taskKey(task),
        queryFn: ({ signal }) => engine.status(task, signal),
      })
      .then(({ route, version }) => client.prefetchQuery(documentQuery(route, version)))
      // The page itself says why it cannot be shown.
      .catch(() => undefined);
  };
}

/** Where a run is: its frame below the task, and how it is. */
export interface Placed {
  path: string;
  /** As it is shown: at the moment of the cursor. */
  run: RunLine;
  latest: RunLine;
}

export interface TaskRuns {
  /** Of the task itself. */
  root: Runs | undefined;
  /** Of all nodes whose frame is chosen: those in loops only on the way `path`. */
  byNode: ReadonlyMap<string, Placed>;
  /** Of some frame nothing is known yet. */
  isLoading: boolean;
  error: Error | null;
}

/** What has not begun when the task is over never will. */
export function settled(run: RunLine, running: boolean): RunLine {
  const never = !running && run.status === "pending";
  return never ? { ...run, status: "unreached" } : run;
}

/** The runs of a task, and those of the items on the way to `path`. */
export function useTaskRuns(
  task: string,
  pipeline: Pipeline | undefined,
  path: string,
  running: boolean,
): TaskRuns {
  const paths = useMemo(() => ["", ...stepsOf(path).map((step) => step.path)], [path]);
  const results = useQueries({
    queries: paths.map((frame) => ({
      queryKey: ["task", task, "runs", frame],
      queryFn: ({ signal }: { signal: AbortSignal }) =>
        engine.runs(task, frame, signal),
      refetchInterval: running ? POLL_MS : (false as const),
      placeholderData: keepPreviousData,
    })),
  });

  const frames = results.map(({ data }) => data);
  const byNode = new Map<string, Placed>();
  for (const { node, loop } of allNodes(pipeline?.nodes ?? [])) {
    const steps = stepsOf(path);
    const frame = loop === null ? 0 : steps.findIndex((step) => step.loop === loop) + 1;
    if (loop !== null && frame === 0) continue;
    const known = frames[frame]?.runs[node.id];
    if (known) {
      const latest = settled(known, running);
      byNode.set(node.id, { path: paths[frame] ?? "", run: latest, latest });
    }
  }

  return {
    root: frames[0],
    byNode,
    isLoading: results.some(({ isPending }) => isPending),
    error: results.find(({ error }) => error !== null)?.error ?? null,
  };
}

/** The same runs as they were at an instant. */
export function placedAt(
  byNode: ReadonlyMap<string, Placed>,
  at: number | undefined,
): ReadonlyMap<string, Placed> {
  if (at === undefined) return byNode;
  return new Map(
    [...byNode].map(([node, placed]) => [
      node,
      { ...placed, run: runAt(placed.latest, at) },
    ]),
  );
}
