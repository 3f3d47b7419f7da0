import { expect, test } from "vitest";

import { arrange } from "@/pipeline/arrange";
import { pictureOf } from "@/pipeline/place";
import type { PipelineNode, Route } from "@/shared/api/types";

import { inserted, isLoose, putOnWay } from "./insert";
import { aligned, placeNodes, tidied } from "./moving";
import { paletteItems, searched } from "./paletteItems";
import { nothingDrawn, toEditFlow } from "./toEditFlow";
import { walked } from "./walking";

const NODES: PipelineNode[] = [
  { id: "in", type: "entry", next: ["each"] },
  {
    id: "each",
    type: "loop",
    nodes: [{ id: "inner", type: "node", next: ["loopEnd"] }],
    next: ["end"],
  },
  { id: "end", type: "end" },
];
const DOCUMENT = { nodes: NODES };
const PICTURE = pictureOf(NODES, arrange);
const NEW: PipelineNode = { id: "new", type: "node" };

const wayFrom = (from: string) => {
  const way = PICTURE.ways.find((one) => one.from === from);
  if (!way) throw new Error(`no way from ${from}`);
  return way;
};
const bodyOf = (nodes: PipelineNode[]) => nodes.find(({ id }) => id === "each")?.nodes;

test("a node on a way leads to where that led", () => {
  const { nodes } = inserted(DOCUMENT, NEW, { kind: "on", way: wayFrom("in") });

  expect(nodes.map(({ id, next }) => [id, next])).toEqual([
    ["in", ["new"]],
    ["new", ["each"]],
    ["each", ["end"]],
    ["end", undefined],
  ]);
});

test("on the way into a loop it becomes the first of the body", () => {
  const way = wayFrom("each/start");

  const { nodes } = inserted(DOCUMENT, NEW, { kind: "on", way });

  expect(bodyOf(nodes)?.map(({ id, next }) => [id, next])).toEqual([
    ["new", ["inner"]],
    ["inner", ["loopEnd"]],
  ]);
});

test("on the way that ends an item it ends the item", () => {
  const { nodes } = inserted(DOCUMENT, NEW, { kind: "on", way: wayFrom("inner") });

  expect(bodyOf(nodes)?.map(({ next }) => next)).toEqual([["new"], ["loopEnd"]]);
});

test("a loose node can be put on a way", () => {
  const loose = inserted(DOCUMENT, NEW, { kind: "loose", loop: null });
  expect(isLoose(loose, "new")).toBe(true);
  expect(isLoose(loose, "each")).toBe(false);

  const { nodes } = putOnWay(loose, "new", wayFrom("in"));

  expect(nodes.find(({ id }) => id === "in")?.next).toEqual(["new"]);
  expect(nodes.find(({ id }) => id === "new")?.next).toEqual(["each"]);
});

test("a node that is moved lets the others stay, until all is tidied up", () => {
  const moved = placeNodes(DOCUMENT, PICTURE, new Map([["in", { x: 7, y: 9 }]]));

  expect(moved.nodes[0]?.position).toEqual({ x: 7, y: 9 });
  expect(moved.nodes.every((node) => node.position !== undefined)).toBe(true);
  expect(tidied(moved)).toEqual(DOCUMENT);
});

test("nodes in a line have one left edge", () => {
  const boxes = PICTURE.boxes.filter(({ id }) => id === "in" || id === "end");

  const lefts = [...aligned(boxes, "left").values()].map(({ x }) => x);

  expect(new Set(lefts).size).toBe(1);
});

test("arrows go through the body of a loop, and out of it", () => {
  const path = ["in"];
  for (let at = 0; at < 3; at += 1) {
    path.push(walked(NODES, PICTURE, path.at(-1) ?? "", "down") ?? "");
  }

  expect(path).toEqual(["in", "each", "inner", "end"]);
  expect(walked(NODES, PICTURE, "inner", "up")).toBe("each");
});

test("what is drawn of a node stays the same as long as the node does", () => {
  const byId = new Map(NODES.map((node) => [node.id, node]));
  const drawn = nothingDrawn();

  const one = toEditFlow(PICTURE, byId, new Set(), drawn);
  const other = toEditFlow(PICTURE, byId, new Set(["end"]), drawn);

  expect(other.nodes[0]).toBe(one.nodes[0]);
  // A list in which nothing has changed is the same list: React Flow looks at no edge.
  expect(other.edges).toBe(one.edges);
});

test("services are found by name, tag and summary, names first", () => {
  const route = (name: string, summary: string, tags: string[]) =>
    ({ route: name, type: "service", summary, tags, alive: true }) as unknown as Route;
  const items = paletteItems(
    [
      route("crop", "Cut areas out of a face", []),
      route("face-detect", "Find", ["people"]),
      route("self", "Itself", []),
    ],
    "self",
  );
  const found = (query: string) =>
    searched(items, query, (item) => item)
      .filter(({ type }) => type === "service")
      .map(({ like }) => like);

  expect(found("face")).toEqual(["face-detect", "crop"]);
  expect(found("people")).toEqual(["face-detect"]);
  expect(found("itself")).toEqual([]);
});

test("each group of the palette has one heading, and what runs comes first", () => {
  const route = (name: string, type: string, missing: string[]) => ({
    route: name,
    type,
    summary: "a face",
    alive: missing.length === 0,
    missing,
  });
  const routes = [
    route("a", "pipeline", ["gone"]),
    route("b", "service", []),
    route("c", "pipeline", []),
  ] as unknown as Route[];
  const items = paletteItems(routes, undefined).filter(
    ({ group }) => group !== "kinds",
  );

  expect(items.map(({ like }) => like)).toEqual(["b", "c", "a"]);
  const found = searched(items, "face", (item) => item);
  expect(found.map(({ group }) => group)).toEqual([
    "services",
    "pipelines",
    "pipelines",
  ]);
});
