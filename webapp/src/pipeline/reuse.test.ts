import { expect, test } from "vitest";

import type { PipelineNode } from "@/shared/api/types";

import { keptSteps } from "./reuse";

const NODES: PipelineNode[] = [
  { id: "in", type: "entry", api: { route: "r" }, next: ["a"] },
  { id: "a", type: "node", after: "node.out['x'] = 1", next: ["b"] },
  { id: "b", type: "node", input: { x: "a.out.x" }, next: ["c"] },
  { id: "c", type: "node", next: ["end"] },
  { id: "end", type: "end" },
];
const STATUSES = new Map(NODES.map(({ id }) => [id, "succeeded"]));

function kept(change: (node: PipelineNode) => PipelineNode, sameInput = true) {
  const ran = { document: { nodes: NODES }, statuses: STATUSES };
  return [...keptSteps(ran, { nodes: NODES.map(change) }, sameInput)];
}

test("without a change all steps are kept", () => {
  expect(kept((node) => node)).toEqual(["a", "b", "c"]);
});

test("what changed runs again, with all behind it", () => {
  const changed = kept((node) =>
    node.id === "b" ? { ...node, after: "x = 1" } : node,
  );

  expect(changed).toEqual(["a"]);
});

test("where a node stands says nothing of what it does", () => {
  const moved = kept((node) => ({ ...node, position: { x: 1, y: 2 } }));

  expect(moved).toEqual(["a", "b", "c"]);
});

test("other data reach only what receives them", () => {
  expect(kept((node) => node, false)).toEqual([]);
});

test("a branch is kept with where it leads", () => {
  const nodes: PipelineNode[] = [
    { id: "in", type: "entry", next: ["b"] },
    {
      id: "b",
      type: "branch",
      if: "True",
      then: { next: ["x"] },
      else: { next: ["y"] },
    },
    { id: "x", type: "node", next: ["end"] },
    { id: "y", type: "node", next: ["end"] },
    { id: "end", type: "end" },
  ];
  const statuses = new Map([
    ["b", "succeeded"],
    ["x", "failed"],
    ["y", "skipped"],
  ]);

  const steps = keptSteps({ document: { nodes }, statuses }, { nodes }, true);

  expect([...steps]).toEqual(["b"]);
});
