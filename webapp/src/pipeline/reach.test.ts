import { expect, test } from "vitest";

import type { PipelineNode } from "@/shared/api/types";

import { endMark } from "./editWays";
import { nodesBefore, verdictsOf } from "./reach";

const NODES: PipelineNode[] = [
  { id: "in", type: "entry", next: ["check"] },
  { id: "check", type: "branch", then: { next: ["each"] }, else: { next: ["end"] } },
  {
    id: "each",
    type: "loop",
    nodes: [
      { id: "first", type: "node", next: ["second"] },
      { id: "second", type: "node", next: ["loopEnd"] },
    ],
    next: ["end"],
  },
  { id: "end", type: "end" },
];

test("before a node run the nearer ones first, also those around its loop", () => {
  const ids = nodesBefore(NODES, "second").map(({ id }) => id);

  expect(ids).toEqual(["first", "check", "in"]);
});

test("a way stays in its level, and does not lead into the entry", () => {
  const verdicts = verdictsOf(NODES, { from: "check", side: "then" });

  expect(verdicts.get("in")).toBe("into_entry");
  expect(verdicts.get("first")).toBe("other_level");
  expect(verdicts.get(endMark("each"))).toBe("other_level");
  expect(verdicts.get("each")).toBe("already");
  expect(verdicts.get("end")).toBeUndefined();
});

test("a circle needs a branch or a catch to be left by", () => {
  const inLoop = verdictsOf(NODES, { from: "second", side: "next" });

  expect(inLoop.get("first")).toBe("endless");
  expect(inLoop.get("second")).toBe("self");
  expect(inLoop.get(endMark("each"))).toBe("already");
});

test("a failure may lead back: trying again ends some time", () => {
  const verdicts = verdictsOf(NODES, { from: "second", side: "catch" });

  expect(verdicts.get("first")).toBeUndefined();
});

test("a node leads back or on, not both", () => {
  const verdicts = verdictsOf(NODES, { from: "each", side: "next" });

  expect(verdicts.get("check")).toBe("back_and_on");
});
