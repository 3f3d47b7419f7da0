import { expect, test } from "vitest";

import type { Attempt, RunLine } from "@/shared/api/types";

import { criticalPath, partsOf } from "./timeline";

const at = (second: number) => new Date(second * 1000).toISOString();
const WHOLE = { from: 0, to: 10_000 };

function run(more: Partial<RunLine>): RunLine {
  return {
    status: "succeeded",
    reused: false,
    called_task: null,
    round: 0,
    started_at: at(0),
    ended_at: null,
    attempts: [],
    fault: null,
    printed: "",
    picture: null,
    again_at: null,
    sizes: { input: null, out: null, params: null },
    waits_for: null,
    refused: null,
    deadline: null,
    items: null,
    ...more,
  };
}

const attempt = (from: number, to: number | null, error: string | null): Attempt => ({
  number: 1,
  at: at(from),
  ended_at: to === null ? null : at(to),
  instance: null,
  error,
});

test("between two attempts a run waits", () => {
  const tried = run({
    ended_at: at(8),
    attempts: [attempt(0, 2, "no"), attempt(5, 8, null)],
  });

  expect(partsOf(tried, WHOLE, 0)).toEqual([
    { kind: "failed", from: 0, to: 0.2 },
    { kind: "wait", from: 0.2, to: 0.5 },
    { kind: "work", from: 0.5, to: 0.8 },
  ]);
});

test("a run that waits for its next attempt waits until now", () => {
  const waiting = run({ status: "retrying", attempts: [attempt(0, 2, "no")] });

  expect(partsOf(waiting, WHOLE, 6000).at(-1)).toEqual({
    kind: "wait",
    from: 0.2,
    to: 0.6,
  });
});

test("a call that nobody has taken yet waits", () => {
  const calling = run({ status: "calling", attempts: [attempt(1, null, null)] });

  expect(partsOf(calling, WHOLE, 6000).at(-1)?.kind).toBe("wait");
});

test("a run that nobody could be asked for waits from its start", () => {
  const parts = partsOf(run({ status: "retrying" }), WHOLE, 5000);

  expect(parts).toEqual([{ kind: "wait", from: 0, to: 0.5 }]);
});

test("a run that has not begun has no parts", () => {
  expect(partsOf(run({ started_at: null, status: "pending" }), WHOLE, 1)).toEqual([]);
});

test("the critical path goes through the predecessor that ended last", () => {
  const runs = {
    start: run({ ended_at: at(1) }),
    quick: run({ ended_at: at(2) }),
    slow: run({ ended_at: at(9) }),
    end: run({ ended_at: at(10) }),
  };
  const ways = [
    ["start", "quick"],
    ["start", "slow"],
    ["quick", "end"],
    ["slow", "end"],
  ].map(([from = "", to = ""]) => ({ from, to, side: undefined }));

  expect([...criticalPath(runs, ways)]).toEqual(["end", "slow", "start"]);
});

test("a delay is a wait before the run", () => {
  const waits = run({ status: "waiting", started_at: null });
  const done = run({ started_at: at(4), ended_at: at(5) });

  expect(partsOf(waits, WHOLE, 3_000, 1_000)).toEqual([
    { kind: "wait", from: 0.1, to: 0.3 },
  ]);
  expect(partsOf(done, WHOLE, 9_000, 2_000)).toEqual([
    { kind: "wait", from: 0.2, to: 0.4 },
    { kind: "work", from: 0.4, to: 0.5 },
  ]);
});
