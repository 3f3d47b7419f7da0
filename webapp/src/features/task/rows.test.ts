import { expect, test } from "vitest";

import type { PipelineNode } from "@/shared/api/types";

import { rowsOf } from "./rows";

const node = (id: string, next: string[], more: Partial<PipelineNode> = {}) =>
  ({ id, type: "node", next, ...more }) as PipelineNode;

test("the body of a loop is listed below it", () => {
  const loop = node("l", ["z"], { type: "loop", nodes: [node("in", ["loopEnd"])] });

  const rows = rowsOf([loop, node("z", [])], new Map());

  expect(rows.map((row) => [row.node.id, row.depth])).toEqual([
    ["l", 0],
    ["in", 1],
    ["z", 0],
  ]);
});
