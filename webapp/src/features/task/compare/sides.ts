/** The two runs of the page: which task, how it is, and what its frame did. */
import { useQuery } from "@tanstack/react-query";
import { useMemo } from "react";

import { stepsOf } from "@/pipeline/framePath";
import type { Ran } from "@/pipeline/runDifference";
import { engine, isUnknown, Problem } from "@/shared/api/client";
import type { TaskStatus } from "@/shared/api/types";
import { ended, useTask } from "@/shared/useTask";

import { settled, useDocument } from "../useTaskRuns";

const POLL_MS = 2000;

export interface Side {
  task: string;
  status: TaskStatus | undefined;
  /** Nothing is known of such a task. */
  isGone: boolean;
  /** The frame that is asked for is not there: a loop that had fewer items. */
  hasNoFrame: boolean;
  ran: Ran | undefined;
  error: unknown;
}

/** One of the runs, at the item of a loop that `path` names, or whole. */
export function useSide(task: string, path: string): Side {
  const { data: status, error, failureReason } = useTask(task);
  const { data: pipeline, error: unreadable } = useDocument(status);
  const running = !ended(status);
  const runs = useQuery({
    queryKey: ["task", task, "runs", path],
    queryFn: ({ signal }) => engine.runs(task, path, signal),
    enabled: status !== undefined,
    refetchInterval: running ? POLL_MS : false,
    retry: (count, failure) => !(failure instanceof Problem) && count < 3,
  });

  const hasNoFrame = path !== "" && isUnknown(runs.error);
  const lines = runs.data?.runs;
  const ran = useMemo((): Ran | undefined => {
    if (!pipeline || (!lines && !hasNoFrame)) return undefined;
    return {
      document: { ...pipeline },
      loop: stepsOf(path).at(-1)?.loop ?? null,
      runs: Object.fromEntries(
        Object.entries(lines ?? {}).map(([id, run]) => [id, settled(run, running)]),
      ),
    };
  }, [hasNoFrame, lines, path, pipeline, running]);

  const isGone = isUnknown(error);
  return {
    task,
    status,
    isGone,
    hasNoFrame,
    ran,
    error: isGone
      ? undefined
      : (failureReason ?? unreadable ?? (hasNoFrame ? undefined : runs.error)),
  };
}
