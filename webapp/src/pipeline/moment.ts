/** How runs were at a moment of the past, as far as they remember. */
import type { Attempt, RunLine } from "@/shared/api/types";

/** A run as it was at an instant (milliseconds since 1970). */
export function runAt(run: RunLine, at: number): RunLine {
  if (hasEndedBy(run.ended_at, at)) return run;
  const attempts = run.attempts
    .filter((attempt) => Date.parse(attempt.at) <= at)
    .map((attempt) => attemptAt(attempt, at));
  const then = { ...run, ...NOTHING_YET, attempts };
  const hasBegun = run.started_at !== null && Date.parse(run.started_at) <= at;
  if (!hasBegun) return { ...then, status: "pending", started_at: null, items: null };

  const last = attempts.at(-1);
  if (last === undefined || last.ended_at === null) {
    return { ...then, status: statusOfOpen(run, last) };
  }
  // Between two attempts it waits for the next one.
  return { ...then, status: "retrying", waits_for: last.error };
}

/** What a run that is open cannot have, or what is known of its present only. */
const NOTHING_YET = {
  ended_at: null,
  fault: null,
  waits_for: null,
  refused: null,
  deadline: null,
  again_at: null,
  picture: null,
} as const;

function hasEndedBy(instant: string | null, at: number): boolean {
  return instant !== null && Date.parse(instant) <= at;
}

function attemptAt(attempt: Attempt, at: number): Attempt {
  if (hasEndedBy(attempt.ended_at, at)) return attempt;
  return { ...attempt, ended_at: null, error: null };
}

function statusOfOpen(run: RunLine, last: Attempt | undefined): RunLine["status"] {
  if (run.items !== null) return "looping";
  // It was called later: until then nobody had taken it.
  return last === undefined && run.attempts.length > 0 ? "calling" : "working";
}

/** The instants at which something changed, in their order. */
export function momentsOf(runs: Iterable<RunLine>): number[] {
  const instants = new Set<number>();
  const add = (instant: string | null) => {
    if (instant !== null) instants.add(Date.parse(instant));
  };
  for (const run of runs) {
    add(run.started_at);
    add(run.ended_at);
    for (const attempt of run.attempts) {
      add(attempt.at);
      add(attempt.ended_at);
    }
  }
  return [...instants].toSorted((one, other) => one - other);
}

/** The next change after an instant, or the last one before it. */
export function nextMoment(
  moments: number[],
  at: number,
  direction: 1 | -1,
): number | undefined {
  return direction === 1
    ? moments.find((moment) => moment > at)
    : moments.findLast((moment) => moment < at);
}
