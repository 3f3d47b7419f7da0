import { expect, test } from "vitest";

import type { PipelineNode } from "@/shared/api/types";

import { allNodes, inOrder, waysOf } from "./ways";

const node = (id: string, more: Partial<PipelineNode> = {}): PipelineNode => ({
  id,
  type: "node",
  ...more,
});

test("a branch leads where its sides say, else where it says itself", () => {
  const branch = node("b", {
    type: "branch",
    next: ["x"],
    then: { next: ["y"] },
    else: "node.out = {}",
  });

  const ways = waysOf([branch, node("x"), node("y")]);

  expect(ways).toEqual([
    { from: "b", to: "y", side: "then" },
    { from: "b", to: "x", side: "else" },
  ]);
});

test("two sides that lead to one node are one way", () => {
  const branch = node("b", { type: "branch", next: ["x"], then: {}, else: {} });

  expect(waysOf([branch, node("x")])).toHaveLength(1);
});

test("what follows a failure is a way of its own", () => {
  const ways = waysOf([node("a", { next: ["b"], catch: ["c"] }), node("b"), node("c")]);

  expect(ways.map(({ side }) => side)).toEqual([undefined, "catch"]);
});

test("no way leads to the end of a loop's body", () => {
  expect(waysOf([node("a", { next: ["loopEnd"] })])).toEqual([]);
});

test("each node knows the loop around it", () => {
  const loop = node("l", { type: "loop", nodes: [node("in")] });

  const found = allNodes([loop, node("out")]).map(({ node: { id }, loop: around }) => [
    id,
    around,
  ]);

  expect(found).toEqual([
    ["l", null],
    ["in", "l"],
    ["out", null],
  ]);
});

test("steps are listed in the order of work, not in that of the document", () => {
  const nodes = [
    node("c"),
    node("b", { next: ["c"] }),
    node("a", { next: ["b", "c"] }),
  ];

  expect(inOrder(nodes).map(({ id }) => id)).toEqual(["a", "b", "c"]);
});

test("what a cycle holds is listed once", () => {
  const nodes = [
    node("a", { next: ["b"] }),
    node("b", { next: ["c"] }),
    node("c", { next: ["b", "d"] }),
    node("d"),
  ];

  expect(inOrder(nodes).map(({ id }) => id)).toEqual(["a", "b", "c", "d"]);
});
