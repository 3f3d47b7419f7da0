import { expect, test } from "vitest";

import type { PipelineNode } from "@/shared/api/types";

import { arrange } from "./arrange";
import { changeNode } from "./document";
import { sample } from "./edits/samples";
import { endMark, startMark } from "./editWays";
import { isDrawnAlike, pictureOf } from "./place";

const LOOP: PipelineNode[] = [
  { id: "in", type: "entry", next: ["each"] },
  {
    id: "each",
    type: "loop",
    nodes: [{ id: "inner", type: "node", next: ["loopEnd"] }],
    next: ["end"],
  },
  { id: "end", type: "end" },
];

const boxOf = (nodes: PipelineNode[], id: string) => {
  const box = pictureOf(nodes, arrange).boxes.find((one) => one.id === id);
  if (!box) throw new Error(`no box ${id}`);
  return box;
};

test("without places of their own nodes stand one below the other", () => {
  const tops = ["in", "each", "end"].map((id) => boxOf(LOOP, id).y);

  expect(tops).toEqual([...tops].sort((one, other) => one - other));
});

test("a loop holds its body, and marks where an item begins and ends", () => {
  const loop = boxOf(LOOP, "each");
  const inner = boxOf(LOOP, "inner");

  expect(inner.loop).toBe("each");
  expect(boxOf(LOOP, startMark("each")).y).toBeLessThan(inner.y);
  expect(boxOf(LOOP, endMark("each")).y).toBeGreaterThan(inner.y);
  expect(inner.x + inner.width).toBeLessThanOrEqual(loop.width);
});

test("a loop is drawn before what is in it", () => {
  const ids = pictureOf(LOOP, arrange).boxes.map(({ id }) => id);

  expect(ids.indexOf("each")).toBeLessThan(ids.indexOf("inner"));
});

test("where one node was put somewhere, no layout moves the others", () => {
  const [first, second, third] = LOOP as [PipelineNode, PipelineNode, PipelineNode];
  const nodes = [
    { ...first, position: { x: 500, y: 10 } },
    { ...second, position: { x: 500, y: 200 } },
    third,
  ];

  expect(boxOf(nodes, "in")).toMatchObject({ x: 500, y: 10 });
  // Without a place it stands below what leads to it.
  expect(boxOf(nodes, "end").y).toBeGreaterThan(200);
});

test("no two nodes are put to one place", () => {
  const nodes: PipelineNode[] = [
    { id: "a", type: "entry", next: ["b", "c"], position: { x: 0, y: 0 } },
    { id: "b", type: "node" },
    { id: "c", type: "node" },
  ];

  expect(boxOf(nodes, "b").x).not.toBe(boxOf(nodes, "c").x);
});

test.each<[string, (node: PipelineNode) => PipelineNode]>([
  ["check", (node) => ({ ...node, if: "True" })],
  ["check", (node) => ({ ...node, description: "words" })],
  ["judge", (node) => ({ ...node, after: "node.out = {}" })],
])("a key in a field of %s changes nothing that is drawn: %#", (id, change) => {
  const before = sample();
  const after = changeNode(before, id, change);

  expect(isDrawnAlike(before.nodes, after.nodes)).toBe(true);
  expect(pictureOf(after.nodes, arrange)).toEqual(pictureOf(before.nodes, arrange));
});

test.each<[string, (node: PipelineNode) => PipelineNode]>([
  ["faces", (node) => ({ ...node, id: "others" })],
  ["faces", (node) => ({ ...node, next: ["check"] })],
  ["faces", (node) => ({ ...node, catch: [] })],
  ["faces", (node) => ({ ...node, position: { x: 1, y: 2 } })],
  ["check", (node) => ({ ...node, then: { next: ["keep"] } })],
  ["check", (node) => ({ ...node, else: { next: ["blur"] } })],
  ["each", (node) => ({ ...node, nodes: [] })],
  ["judge", (node) => ({ ...node, type: "branch" })],
])("another way or place of %s is drawn otherwise: %#", (id, change) => {
  const before = sample();

  expect(isDrawnAlike(before.nodes, changeNode(before, id, change).nodes)).toBe(false);
});
