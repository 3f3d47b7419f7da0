/** Which item of a loop an address means, and how an item was at a moment. */
import { stepsOf } from "@/pipeline/framePath";
import type { LoopItem } from "@/shared/api/types";

/** The index of the item of a loop (its frame, its node) on the way to a path. */
export function indexIn(path: string, frame: string, loop: string): number | undefined {
  const steps = stepsOf(path);
  const place = steps.findIndex((step) => step.loop === loop);
  const around = steps[place - 1]?.path ?? "";
  return around === frame ? steps[place]?.index : undefined;
}

/** An item as it was; undefined: not read yet. */
export function itemAt(
  item: LoopItem | undefined,
  at: number | undefined,
): LoopItem | undefined {
  if (!item || at === undefined) return item;
  const by = (instant: string | null) => instant !== null && Date.parse(instant) <= at;
  if (by(item.ended_at)) return item;

  const status = by(item.started_at) ? "running" : "pending";
  return { ...item, status, message: null, failed_node: null, ended_at: null };
}
