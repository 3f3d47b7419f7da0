import { expect, test } from "vitest";

import { keysFor, offeredFor } from "./names";

const NODES = [{ id: "face-detect", keys: ["areas", "count"] }];

const labels = (before: string) => offeredFor(before, NODES).map(({ label }) => label);

test("an unfinished word is one of the nodes before", () => {
  expect(labels("x = fa")).toContain("face-detect");
});

test("behind a node stand its attributes, behind its output the keys", () => {
  expect(labels("face-detect.")).toContain("finished");
  expect(labels("if face-detect.out.")).toEqual(["areas", "count"]);
  expect(labels("loop.face-detect.out.co")).toEqual(["areas", "count"]);
});

test("keys are offered between quotes too", () => {
  expect(keysFor("face-detect.out['", NODES)).toEqual(["areas", "count"]);
});
