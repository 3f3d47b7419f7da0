import { expect, test } from "vitest";

import type { RunLine } from "@/shared/api/types";

import { momentsOf, nextMoment, runAt } from "./moment";

const SECOND = 1000;
const instant = (seconds: number) => new Date(seconds * SECOND).toISOString();

const attempt = (number: number, at: number, end: number, error: string | null) => ({
  number,
  at: instant(at),
  ended_at: instant(end),
  instance: null,
  error,
});

/** It began at 10 s, failed at 12, was tried again at 15 and succeeded at 20. */
const run = {
  status: "succeeded",
  round: 0,
  started_at: instant(10),
  ended_at: instant(20),
  attempts: [attempt(1, 10, 12, "out of paper"), attempt(2, 15, 20, null)],
  fault: null,
  items: null,
  waits_for: null,
  refused: null,
  deadline: null,
} as unknown as RunLine;

const statusAt = (seconds: number) => runAt(run, seconds * SECOND).status;

test("a run is what it was: not begun, at work, waiting, at work, done", () => {
  expect([5, 11, 13, 16, 20].map(statusAt)).toEqual([
    "pending",
    "working",
    "retrying",
    "working",
    "succeeded",
  ]);
});

test("it knows nothing of what came later", () => {
  const early = runAt(run, 11 * SECOND);

  expect(early.ended_at).toBeNull();
  expect(early.attempts).toEqual([{ ...run.attempts[0], ended_at: null, error: null }]);
});

test("while it waits for the next attempt it says why", () => {
  expect(runAt(run, 13 * SECOND).waits_for).toBe("out of paper");
});

test("a loop that has not ended is at its items", () => {
  const loop = { ...run, attempts: [], items: { done: 3, total: 3 } };

  expect(runAt(loop, 15 * SECOND).status).toBe("looping");
});

test("the cursor goes from change to change", () => {
  const moments = momentsOf([run, run]).map((at) => at / SECOND);

  expect(moments).toEqual([10, 12, 15, 20]);
  expect(nextMoment(moments, 12, 1)).toBe(15);
  expect(nextMoment(moments, 12, -1)).toBe(10);
  expect(nextMoment(moments, 20, 1)).toBeUndefined();
});
