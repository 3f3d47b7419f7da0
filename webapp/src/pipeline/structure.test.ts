import { expect, test } from "vitest";

import type { PipelineNode } from "@/shared/api/types";

import { countOf, structureOf } from "./structure";

const node = (id: string, more: object = {}) =>
  ({ id, type: "node", next: [], ...more }) as PipelineNode;

test("what a node does changes nothing about where it is drawn", () => {
  const one = [node("a", { next: ["b"] }), node("b", { after: "1" })];
  const other = [node("a", { next: ["b"] }), node("b", { after: "2" })];

  expect(structureOf(one)).toBe(structureOf(other));
});

test("another way, or another node in a loop, does", () => {
  const loop = (...ids: string[]) => [
    node("l", { type: "loop", nodes: ids.map((id) => node(id)) }),
  ];

  expect(structureOf([node("a"), node("b")])).not.toBe(
    structureOf([node("a", { next: ["b"] }), node("b")]),
  );
  expect(structureOf(loop("a"))).not.toBe(structureOf(loop("a", "b")));
  expect(countOf(loop("a", "b"))).toBe(3);
});
