/** The tasks around a task: what called it, what called that, and so on. */
import { useQuery } from "@tanstack/react-query";

import { engine } from "@/shared/api/client";
import type { TaskStatus } from "@/shared/api/types";

export interface CallingRun {
  task: string;
  /** Of that task. */
  route: string;
  path: string;
  node: string;
}

/** Deeper calls than an engine allows by default. */
const MAX_LEVELS = 16;

/** The runs on the way to a task, outermost first; a task that is gone ends it. */
export function useCallers(status: TaskStatus): CallingRun[] {
  const caller = status.called_by;
  const callers = useQuery({
    // Who called a task never changes.
    queryKey: ["callers", status.id],
    queryFn: async ({ signal }) => {
      const way: CallingRun[] = [];
      let next = caller;
      while (next && way.length < MAX_LEVELS) {
        const { task, path, node } = next;
        const around = await engine.status(task, signal).catch(() => undefined);
        if (!around) break;
        way.unshift({ task, route: around.route, path, node });
        next = around.called_by;
      }
      return way;
    },
    enabled: Boolean(caller),
    staleTime: Infinity,
  });
  return callers.data ?? [];
}
