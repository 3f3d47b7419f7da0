/** Does the same with many tasks, one after the other; what is refused is said. */
import { useQueryClient } from "@tanstack/react-query";
import { useState } from "react";

import { engine } from "@/shared/api/client";
import type { TaskLine } from "@/shared/api/types";
import { useTranslation } from "@/shared/i18n";

export interface Acting {
  progress: { done: number; total: number } | undefined;
  /** What became of it, when it is over. */
  said: string | undefined;
  /** The tasks that go on with these, by the ids of those that failed. */
  resumed: ReadonlyMap<string, string>;
  resume: (tasks: TaskLine[]) => Promise<void>;
  cancel: (tasks: TaskLine[]) => Promise<void>;
  forget: () => void;
}

/** `onDone`: with the tasks that were refused, which are still to be seen to. */
export function useActing(onDone: (refused: TaskLine[]) => void): Acting {
  const { t } = useTranslation();
  const queries = useQueryClient();
  const [progress, setProgress] = useState<Acting["progress"]>();
  const [said, setSaid] = useState<string>();
  const [resumed, setResumed] = useState<Acting["resumed"]>(new Map());

  const forEach = async (
    tasks: TaskLine[],
    wordsFor: (count: number) => string,
    act: (task: TaskLine) => Promise<void>,
  ) => {
    const refused: TaskLine[] = [];
    let why = "";
    setSaid(undefined);
    for (const [done, task] of tasks.entries()) {
      setProgress({ done, total: tasks.length });
      try {
        await act(task);
      } catch (error) {
        refused.push(task);
        why = error instanceof Error ? error.message : String(error);
      }
    }
    setProgress(undefined);

    const well = wordsFor(tasks.length - refused.length);
    const badly = t("history.refused", { count: refused.length, why });
    setSaid(refused.length === 0 ? well : `${well} ${badly}`);
    onDone(refused);
    void queries.invalidateQueries({ queryKey: ["tasks"] });
  };

  return {
    progress,
    said,
    resumed,
    resume: (tasks) =>
      forEach(
        tasks,
        (count) => t("history.resumed", { count }),
        async ({ id, route, trial, version }) => {
          // A version that was never published is current nowhere.
          const going = await engine.resume(route, id, trial ? version : undefined);
          setResumed((before) => new Map([...before, [id, going]]));
        },
      ),
    cancel: (tasks) =>
      forEach(
        tasks,
        (count) => t("history.cancelled", { count }),
        async ({ id }) => {
          await engine.cancel(id);
        },
      ),
    forget: () => {
      setSaid(undefined);
    },
  };
}
