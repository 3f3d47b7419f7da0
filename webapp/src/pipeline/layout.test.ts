import { expect, test } from "vitest";

import type { PipelineNode } from "@/shared/api/types";

import { type Box, layoutOf, NODE_HEIGHT, NODE_WIDTH } from "./layout";
import { heightFor, viewportOf } from "./viewport";

const node = (id: string, next: string[], more: Partial<PipelineNode> = {}) =>
  ({ id, type: "node", next, ...more }) as PipelineNode;

const loop = (id: string, next: string[], nodes: PipelineNode[]) =>
  node(id, next, { type: "loop", nodes });

test("what follows stands below", () => {
  const { boxes } = layoutOf([node("a", ["b"]), node("b", ["c"]), node("c", [])]);

  const tops = boxes.map(({ y }) => y);

  expect(tops).toEqual(tops.toSorted((one, other) => one - other));
});

test("nodes beside each other do not overlap", () => {
  const ways = ["b", "c", "d"];
  const { boxes } = layoutOf([node("a", ways), ...ways.map((id) => node(id, []))]);

  const lefts = boxes
    .slice(1)
    .map(({ x }) => x)
    .toSorted((one, other) => one - other);

  expect(Number(lefts[1]) - Number(lefts[0])).toBeGreaterThan(NODE_WIDTH);
});

test("a loop has the size of its body, which lies within it", () => {
  const inner = loop("inner", [], [node("deep", [])]);
  const { boxes, lines } = layoutOf([
    node("a", ["outer"]),
    loop("outer", [], [node("b", ["inner"]), inner]),
  ]);

  const box = (id: string) => boxes.find((one) => one.id === id) as Box;
  for (const id of ["b", "inner", "deep"]) {
    const around = box(box(id).loop ?? "");
    expect(box(id).x).toBeGreaterThanOrEqual(0);
    expect(box(id).x + box(id).width).toBeLessThanOrEqual(around.width);
    expect(box(id).y + box(id).height).toBeLessThanOrEqual(around.height);
  }
  // Its way is told where it is in the whole picture.
  const outer = box("outer");
  const way = lines.find(({ from }) => from === "b");
  expect(way?.points[0]?.y).toBeCloseTo(outer.y + box("b").y + NODE_HEIGHT);
});

test("a cycle can be drawn", () => {
  const { lines } = layoutOf([node("a", ["b"]), node("b", ["a"])]);

  expect(lines.every(({ points }) => points.length > 1)).toBe(true);
});

test("a large picture is never made too small to read", () => {
  const layout = { width: 5000, height: 5000, boxes: [], lines: [] };

  const view = viewportOf(layout, { width: 500, height: 500 });

  expect(view.zoom).toBe(0.7);
  expect(view.y).toBeGreaterThan(0);
});

test("a small picture is shown whole, in the middle, not enlarged", () => {
  const layout = { width: 200, height: 100, boxes: [], lines: [] };

  expect(viewportOf(layout, { width: 400, height: 300 })).toEqual({
    zoom: 1,
    x: 100,
    y: 100,
  });
  expect(heightFor(layout, 400, 1000)).toBe(140);
});
