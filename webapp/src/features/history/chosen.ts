/** The tasks that are chosen in the list, and what can be done with all of them. */
import type { TaskLine } from "@/shared/api/types";

/** Who chooses more wants a program that does it. */
export const MAX_CHOSEN = 200;

/** With a task chosen, or not any more; of too many the ones chosen first go. */
export function withTask(chosen: TaskLine[], task: TaskLine): TaskLine[] {
  const others = chosen.filter(({ id }) => id !== task.id);
  if (others.length < chosen.length) return others;
  return [...others, task].slice(-MAX_CHOSEN);
}

/** All of a page chosen; if they are already, none of them. */
export function withPage(chosen: TaskLine[], page: TaskLine[]): TaskLine[] {
  const own = new Set(page.map(({ id }) => id));
  const others = chosen.filter(({ id }) => !own.has(id));
  const areAll = chosen.length - others.length === page.length;
  return areAll ? others : [...others, ...page].slice(-MAX_CHOSEN);
}

/** Those that failed, the oldest first: they go on in the order in which they came. */
export function resumable(tasks: TaskLine[]): TaskLine[] {
  return tasks
    .filter(({ status, cancelled }) => status === "error" && !cancelled)
    .toSorted(
      (one, other) => Date.parse(one.created_at) - Date.parse(other.created_at),
    );
}

export function running(tasks: TaskLine[]): TaskLine[] {
  return tasks.filter(({ status }) => status === "running");
}
