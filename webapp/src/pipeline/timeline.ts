/** When runs worked and when they waited, as parts of the time a task took. */
import type { RunLine } from "@/shared/api/types";

import { type Way } from "./ways";

export type PartKind = "work" | "failed" | "wait";

/** From where to where, as fractions of the whole. */
export interface Part {
  kind: PartKind;
  from: number;
  to: number;
}

export interface Span {
  /** Milliseconds since 1970. */
  from: number;
  to: number;
}

/**
 * The parts of a run within the time of its task; none before it starts, unless it waits
 * for its delay from `ledAt` on.
 */
export function partsOf(
  run: RunLine,
  whole: Span,
  now: number,
  ledAt?: number,
): Part[] {
  const part = (kind: PartKind, from: number, to: number): Part => ({
    kind,
    from: share(from, whole),
    to: share(to, whole),
  });
  if (run.started_at === null) {
    const isLed = run.status === "waiting" && ledAt !== undefined;
    return isLed ? [part("wait", ledAt, now)] : [];
  }

  const began = Date.parse(run.started_at);
  const parts = startedParts(run, began, now, part);
  const hasWaited = ledAt !== undefined && ledAt < began;
  return hasWaited ? [part("wait", ledAt, began), ...parts] : parts;
}

type MakePart = (kind: PartKind, from: number, to: number) => Part;

function startedParts(
  run: RunLine,
  began: number,
  now: number,
  part: MakePart,
): Part[] {
  const ended = run.ended_at === null ? now : Date.parse(run.ended_at);

  if (run.attempts.length === 0) {
    const kind = run.ended_at === null ? kindOfOpen(run) : kindOfEnd(run);
    return [part(kind, began, ended)];
  }

  const parts: Part[] = [];
  let at = began;
  for (const [index, attempt] of run.attempts.entries()) {
    const last = index === run.attempts.length - 1;
    const from = Date.parse(attempt.at);
    const to = attempt.ended_at === null ? ended : Date.parse(attempt.ended_at);
    // Between two attempts a run waits for the next.
    if (from > at) parts.push(part("wait", at, from));

    const open = last && attempt.ended_at === null;
    const kind = attempt.error !== null ? "failed" : open ? kindOfOpen(run) : "work";
    parts.push(part(kind, from, to));
    at = Math.max(at, to);
  }
  if (ended > at && run.ended_at === null) parts.push(part("wait", at, ended));
  return parts;
}

function kindOfEnd(run: RunLine): PartKind {
  // It ended before anybody took it.
  if (run.status === "cancelled" && run.attempts.length === 0) return "wait";
  return run.status === "failed" ? "failed" : "work";
}

function kindOfOpen(run: RunLine): PartKind {
  if (run.status === "calling" || run.status === "retrying") return "wait";
  return kindOfEnd(run);
}

function share(at: number, { from, to }: Span): number {
  if (to <= from) return at > from ? 1 : 0;
  return Math.min(1, Math.max(0, (at - from) / (to - from)));
}

/**
 * The runs that the whole had to wait for: from the last one back, each time the
 * predecessor that ended last.
 */
export function criticalPath(runs: Record<string, RunLine>, ways: Way[]): Set<string> {
  const endOf = (node: string) => {
    const run = runs[node];
    if (run?.started_at == null) return undefined;
    return run.ended_at === null ? Infinity : Date.parse(run.ended_at);
  };

  const path = new Set<string>();
  let node = latest(Object.keys(runs), endOf);
  while (node !== undefined && !path.has(node)) {
    path.add(node);
    const here = node;
    const before = ways.filter(({ to }) => to === here).map(({ from }) => from);
    node = latest(before, endOf);
  }
  return path;
}

function latest(
  nodes: string[],
  endOf: (node: string) => number | undefined,
): string | undefined {
  let found: string | undefined;
  let foundEnd = -Infinity;
  for (const node of nodes) {
    const end = endOf(node);
    // Of runs that end together the one behind counts: it stands later.
    if (end !== undefined && end >= foundEnd) {
      found = node;
      foundEnd = end;
    }
  }
  return found;
}
