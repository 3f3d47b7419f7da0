import { expect, test } from "vitest";

import type { PipelineNode, RunLine } from "@/shared/api/types";

import { setField } from "./edits/fields";
import { renameLocally } from "./edits/rename";
import { comparedSteps, onlyIn, type Ran } from "./runDifference";

const node = (id: string, next: string[], more: Partial<PipelineNode> = {}) =>
  ({ id, type: "node", next, ...more }) as PipelineNode;

const run = (more: Partial<RunLine> = {}): RunLine =>
  ({
    status: "succeeded",
    attempts: [],
    items: null,
    reused: false,
    ...more,
  }) as RunLine;

const attempt = (number: number) =>
  ({ number, at: "2026-01-01T00:00:00Z" }) as RunLine["attempts"][number];

const ran = (nodes: PipelineNode[], runs: Ran["runs"]): Ran => ({
  document: { nodes },
  loop: null,
  runs,
});

const LINE = [node("a", ["b"]), node("b", ["c"]), node("c", [])];
const DONE = { a: run(), b: run(), c: run() };

const aspects = (before: Ran, after: Ran) =>
  Object.fromEntries(comparedSteps(before, after).map((one) => [one.id, one.aspects]));

test("two equal runs differ in nothing", () => {
  expect(aspects(ran(LINE, DONE), ran(LINE, DONE))).toEqual({ a: [], b: [], c: [] });
});

test("status, attempts and items are told apart", () => {
  const before = ran(LINE, {
    a: run({ status: "failed" }),
    b: run({ attempts: [attempt(1)] }),
    c: run({ items: { done: 3, total: 4 } }),
  });
  const after = ran(LINE, {
    a: run(),
    b: run({ attempts: [attempt(1), attempt(2)] }),
    c: run({ items: { done: 4, total: 4 } }),
  });

  expect(aspects(before, after)).toEqual({
    a: ["status"],
    b: ["attempts"],
    c: ["items"],
  });
});

test("a step that was kept was not called, which is no difference", () => {
  const before = ran(LINE, { ...DONE, b: run({ attempts: [attempt(1)] }) });
  const after = ran(LINE, { ...DONE, b: run({ reused: true }) });

  expect(aspects(before, after).b).toEqual([]);
});

test("a definition that changed is told field by field", () => {
  const document = setField({ nodes: LINE }, "b", "after", "x = 1");

  const steps = comparedSteps(ran(LINE, DONE), { document, loop: null, runs: DONE });

  expect(steps[1]).toMatchObject({
    aspects: ["definition"],
    fields: [{ field: "after", after: "x = 1" }],
  });
});

test("steps that only one run has stand where they ran", () => {
  const after = [node("a", ["n"]), node("n", ["c"], { type: "http" }), node("c", [])];

  const steps = comparedSteps(
    ran(LINE, DONE),
    ran(after, { a: run(), n: run(), c: run() }),
  );

  expect(steps.map((step) => [step.id, onlyIn(step)])).toEqual([
    ["a", undefined],
    ["b", "before"],
    ["n", "after"],
    ["c", undefined],
  ]);
});

test("a step that was renamed is the same step", () => {
  const before = [node("a", ["b"]), node("b", [], { after: "x = 1", retry: 2 })];
  const document = renameLocally({ nodes: before }, new Map([["b", "z"]]));
  const runs = { a: run(), z: run({ status: "failed" }) };

  const steps = comparedSteps(ran(before, { a: run(), b: run() }), {
    document,
    loop: null,
    runs,
  });

  expect(steps.at(-1)).toMatchObject({
    id: "z",
    ids: { before: "b", after: "z" },
    aspects: ["status"],
  });
});

test("of an item the body of its loop is compared", () => {
  const loop = node("l", [], { type: "loop", nodes: [node("in", ["loopEnd"])] });
  const item = (status: RunLine["status"]): Ran => ({
    document: { nodes: [loop] },
    loop: "l",
    runs: { in: run({ status }) },
  });

  expect(aspects(item("succeeded"), item("failed"))).toEqual({ in: ["status"] });
});
