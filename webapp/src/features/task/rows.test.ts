import { expect, test } from "vitest";

import type { PipelineNode } from "@/shared/api/types";

import { inOrder, rowsOf } from "./rows";

const node = (id: string, next: string[], more: Partial<PipelineNode> = {}) =>
  ({ id, type: "node", next, ...more }) as PipelineNode;

const ids = (nodes: PipelineNode[]) => nodes.map(({ id }) => id);

test("steps are listed in the order of work, not in that of the document", () => {
  const nodes = [node("c", []), node("b", ["c"]), node("a", ["b", "c"])];

  expect(ids(inOrder(nodes))).toEqual(["a", "b", "c"]);
});

test("what a cycle holds is listed once", () => {
  const nodes = [
    node("a", ["b"]),
    node("b", ["c"]),
    node("c", ["b", "d"]),
    node("d", []),
  ];

  expect(ids(inOrder(nodes))).toEqual(["a", "b", "c", "d"]);
});

test("the body of a loop is listed below it", () => {
  const loop = node("l", ["z"], { type: "loop", nodes: [node("in", ["loopEnd"])] });

  const rows = rowsOf([loop, node("z", [])], new Map());

  expect(rows.map((row) => [row.node.id, row.depth])).toEqual([
    ["l", 0],
    ["in", 1],
    ["z", 0],
  ]);
});
