/** The nodes and edges that React Flow draws, derived from document and picture. */
import { type Edge, type Node, type NodeHandle, Position } from "@xyflow/react";

import { type EditSide, sidesOf } from "@/pipeline/editWays";
import type { Point } from "@/pipeline/layout";
import type { Picture, PlacedBox, PlacedWay } from "@/pipeline/place";
import type { PipelineNode } from "@/shared/api/types";

/** A side of a node, and where its ways leave it. */
export interface Exit extends Point {
  side: EditSide;
}

export type StepData = { node: PipelineNode; exits: Exit[] };
export type EditStep = Node<StepData, "step" | "loop">;
export type EditMark = Node<{ loop: string; isStart: boolean }, "mark">;
export type EditFlowNode = EditStep | EditMark;
export type EditFlowEdge = Edge<{ way: PlacedWay; bends: Point[] }, "way">;

export interface EditFlow {
  nodes: EditFlowNode[];
  edges: EditFlowEdge[];
}

interface Cached {
  key: string;
  node: EditFlowNode;
}

// As long as the node of the document and its place are the same, so is what is drawn:
// React Flow then has nothing to do for it.
const steps = new WeakMap<PipelineNode, Cached>();

/** What was drawn last, for what has no node in the document. */
export interface Drawn {
  marks: Map<string, Cached>;
  edges: Map<string, { key: string; edge: EditFlowEdge }>;
  all: EditFlow;
}

export function nothingDrawn(): Drawn {
  return { marks: new Map(), edges: new Map(), all: { nodes: [], edges: [] } };
}

export function toEditFlow(
  picture: Picture,
  byId: ReadonlyMap<string, PipelineNode>,
  selected: ReadonlySet<string>,
  drawn: Drawn,
): EditFlow {
  const middles = middlesOf(picture);
  const corners = cornersOf(picture);

  const nodes = picture.boxes.flatMap((box) => {
    if (box.kind === "mark") return [markOf(box, drawn)];
    const node = byId.get(box.id);
    if (!node) return [];
    return [
      stepOf(box, node, selected.has(box.id), exitsOf(box, node, picture, middles)),
    ];
  });
  const edges = picture.ways.map((way) =>
    edgeOf(way, corners.get(way.loop ?? "") ?? { x: 0, y: 0 }, drawn),
  );
  // React Flow looks at all of a list that is another one than before.
  drawn.all = {
    nodes: asBefore(drawn.all.nodes, nodes),
    edges: asBefore(drawn.all.edges, edges),
  };
  return drawn.all;
}

function asBefore<One>(before: One[], now: One[]): One[] {
  const isSame =
    before.length === now.length && now.every((one, at) => one === before[at]);
  return isSame ? before : now;
}

/** The left upper corners of loops in the whole picture. */
export function cornersOf(picture: Picture): Map<string, Point> {
  const corners = new Map<string, Point>();
  for (const box of picture.boxes) {
    if (box.kind !== "loop") continue;
    // A loop stands before those in it.
    const around = corners.get(box.loop ?? "") ?? { x: 0, y: 0 };
    corners.set(box.id, { x: around.x + box.x, y: around.y + box.y });
  }
  return corners;
}

function middlesOf(picture: Picture): Map<string, number> {
  return new Map(picture.boxes.map(({ id, x, width }) => [id, x + width / 2]));
}

/** Both sides of a branch leave it in the order in which their targets stand. */
function exitsOf(
  box: PlacedBox,
  node: PipelineNode,
  picture: Picture,
  middles: ReadonlyMap<string, number>,
): Exit[] {
  const below = box.height;
  return sidesOf(node).map((side) => {
    if (side === "catch") return { side, x: box.width, y: Math.min(30, below / 2) };
    if (side === "next") return { side, x: box.width / 2, y: below };
    const isLeft = (side === "then") === isThenLeft(node, picture, middles);
    return { side, x: box.width * (isLeft ? 0.28 : 0.72), y: below };
  });
}

function isThenLeft(
  node: PipelineNode,
  picture: Picture,
  middles: ReadonlyMap<string, number>,
): boolean {
  const averageOf = (side: EditSide) => {
    const places = picture.ways
      .filter((way) => way.from === node.id && way.side === side)
      .map(({ bends, to }) => bends[0]?.x ?? middles.get(to) ?? 0);
    if (places.length === 0) return undefined;
    return places.reduce((sum, x) => sum + x, 0) / places.length;
  };
  const then = averageOf("then");
  const other = averageOf("else");
  return then === undefined || other === undefined || then <= other;
}

const HANDLE = 12;

function handlesOf(box: PlacedBox, exits: Exit[]): NodeHandle[] {
  const around = { width: HANDLE, height: HANDLE };
  return [
    {
      type: "target",
      id: "in",
      position: Position.Top,
      // Ways arrive at the upper edge of this.
      x: box.width / 2 - HANDLE / 2,
      y: 0,
      ...around,
    },
    ...exits.map(({ side, x, y }): NodeHandle => ({
      type: "source",
      id: side,
      position: side === "catch" ? Position.Right : Position.Bottom,
      x: x - HANDLE / 2,
      y: y - HANDLE / 2,
      ...around,
    })),
  ];
}

function placed(box: PlacedBox) {
  const { id, x, y, width, height, loop } = box;
  return {
    id,
    position: { x, y },
    width,
    height,
    measured: { width, height },
    ...(loop !== null && { parentId: loop }),
  };
}

function stepOf(
  box: PlacedBox,
  node: PipelineNode,
  selected: boolean,
  exits: Exit[],
): EditFlowNode {
  const key = JSON.stringify([box, selected, exits]);
  const cached = steps.get(node);
  if (cached?.key === key) return cached.node;

  const made: EditStep = {
    ...placed(box),
    type: box.kind === "loop" ? "loop" : "step",
    data: { node, exits },
    selected,
    handles: handlesOf(box, exits),
  };
  steps.set(node, { key, node: made });
  return made;
}

function markOf(box: PlacedBox, drawn: Drawn): EditFlowNode {
  const key = JSON.stringify(box);
  const cached = drawn.marks.get(box.id);
  if (cached?.key === key) return cached.node;

  const isStart = box.id.endsWith("/start");
  const exits: Exit[] = [{ side: "next", x: box.width / 2, y: box.height }];
  const made: EditMark = {
    ...placed(box),
    type: "mark",
    data: { loop: box.loop ?? "", isStart },
    selectable: false,
    draggable: false,
    handles: handlesOf(box, isStart ? exits : []),
  };
  drawn.marks.set(box.id, { key, node: made });
  return made;
}

function edgeOf(way: PlacedWay, corner: Point, drawn: Drawn): EditFlowEdge {
  const bends = way.bends.map(({ x, y }) => ({ x: x + corner.x, y: y + corner.y }));
  const key = JSON.stringify([way, bends]);
  const cached = drawn.edges.get(way.id);
  if (cached?.key === key) return cached.edge;

  const edge: EditFlowEdge = {
    id: way.id,
    type: "way",
    source: way.from,
    sourceHandle: way.side,
    target: way.to,
    targetHandle: "in",
    data: { way, bends },
  };
  drawn.edges.set(way.id, { key, edge });
  return edge;
}
