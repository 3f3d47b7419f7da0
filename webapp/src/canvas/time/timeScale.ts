/** Where an instant is on a line that stands for the time of a task, and back. */
import type { Span } from "@/pipeline/timeline";

/** So near to the end it is the present that is meant. */
const NEAR_THE_END = 0.995;

export function shareOf(at: number, { from, to }: Span): number {
  if (to <= from) return 1;
  return Math.min(1, Math.max(0, (at - from) / (to - from)));
}

/** The instant at a share of the line; undefined at its end: the present. */
export function instantAt(share: number, { from, to }: Span): number | undefined {
  if (share >= NEAR_THE_END) return undefined;
  return from + Math.max(0, share) * (to - from);
}

/** A share as CSS and people write it. */
export function percent(share: number): string {
  return `${String(Math.round(share * 10_000) / 100)}%`;
}
