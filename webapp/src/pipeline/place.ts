/**
 * Where an editor draws the nodes of a pipeline. A level in which no node has a
 * `position` is arranged by dagre; else each node stands where its author put it, and
 * one without a place stands below what leads to it.
 */
import type { PipelineNode } from "@/shared/api/types";

import { type Arrangement, type LevelGraph, lineKey } from "./arrange";
import { type EditWay, editWays, endMark, startMark } from "./editWays";
import { NODE_HEIGHT, NODE_WIDTH, type Point } from "./layout";

export const LOOP_PADDING = 20;
export const LOOP_HEADER = 52;
const MARK_WIDTH = 104;
const MARK_HEIGHT = 26;
const GAP = 44;

export interface PlacedBox extends Point {
  id: string;
  kind: "step" | "loop" | "mark";
  width: number;
  height: number;
  /** The loop around it: the place is within that. */
  loop: string | null;
}

export interface PlacedWay extends EditWay {
  loop: string | null;
  /** How the line goes between its ends, in the coordinates of its level. */
  bends: Point[];
}

export interface Picture {
  width: number;
  height: number;
  boxes: PlacedBox[];
  ways: PlacedWay[];
}

/** Arranges a level; undefined while that is still being worked out. */
export type Arrange = (graph: LevelGraph) => Arrangement | undefined;

export function pictureOf(nodes: PipelineNode[], arrange: Arrange): Picture {
  return levelOf(nodes, null, arrange);
}

/**
 * Whether both make one picture, as far as that is seen at once: what stays the same in
 * a document stays the same object. Most keys change no line and no place.
 */
export function isDrawnAlike(one: PipelineNode[], other: PipelineNode[]): boolean {
  if (one === other) return true;
  return (
    one.length === other.length &&
    one.every((node, at) => isNodeAlike(node, other[at] ?? node))
  );
}

const DRAWN = ["id", "type", "next", "catch", "position"] as const;

function isNodeAlike(one: PipelineNode, other: PipelineNode): boolean {
  if (one === other) return true;
  return (
    DRAWN.every((field) => one[field] === other[field]) &&
    leadsTo(one.then) === leadsTo(other.then) &&
    leadsTo(one.else) === leadsTo(other.else) &&
    isDrawnAlike(one.nodes ?? [], other.nodes ?? [])
  );
}

function leadsTo(side: PipelineNode["then"]): unknown {
  return typeof side === "object" ? side.next : undefined;
}

/** Whether the author has put the nodes of this level to their places. */
export function isPlacedByHand(nodes: PipelineNode[]): boolean {
  return nodes.some((node) => positionOf(node) !== undefined);
}

export function positionOf(node: PipelineNode): Point | undefined {
  const place = node.position as Partial<Point> | undefined;
  if (typeof place?.x !== "number" || typeof place.y !== "number") return undefined;
  return { x: place.x, y: place.y };
}

interface Sized {
  id: string;
  kind: PlacedBox["kind"];
  width: number;
  height: number;
}

function levelOf(
  nodes: PipelineNode[],
  loop: string | null,
  arrange: Arrange,
): Picture {
  const bodies = new Map<string, Picture>();
  for (const node of nodes) {
    if (node.type === "loop") {
      bodies.set(node.id, levelOf(node.nodes ?? [], node.id, arrange));
    }
  }

  const sized = nodes.map((node) => sizedOf(node, bodies.get(node.id)));
  const ways = editWays(nodes, loop);
  const arranged = isPlacedByHand(nodes)
    ? undefined
    : arrange(graphOf(sized, ways, loop));
  const corners = arranged
    ? cornersOf(withMarks(sized, loop), arranged)
    : byHand(nodes, sized, ways, loop);

  return framed(sized, { ways, corners, arranged, bodies, loop });
}

function sizedOf(node: PipelineNode, body: Picture | undefined): Sized {
  if (!body) {
    return { id: node.id, kind: "step", width: NODE_WIDTH, height: NODE_HEIGHT };
  }
  return {
    id: node.id,
    kind: "loop",
    width: Math.max(NODE_WIDTH, body.width + 2 * LOOP_PADDING),
    height: body.height + LOOP_HEADER + LOOP_PADDING,
  };
}

function withMarks(sized: Sized[], loop: string | null): Sized[] {
  if (loop === null) return sized;
  const mark = { kind: "mark" as const, width: MARK_WIDTH, height: MARK_HEIGHT };
  return [{ id: startMark(loop), ...mark }, ...sized, { id: endMark(loop), ...mark }];
}

function graphOf(sized: Sized[], ways: EditWay[], loop: string | null): LevelGraph {
  const lines = new Map<string, { from: string; to: string }>();
  for (const { from, to } of ways) lines.set(lineKey(from, to), { from, to });
  return {
    boxes: withMarks(sized, loop).map(({ id, width, height }) => ({
      id,
      width,
      height,
    })),
    lines: [...lines.values()],
  };
}

type Corners = Map<string, Point>;

function cornersOf(sized: Sized[], { middles }: Arrangement): Corners {
  return new Map(
    sized.map(({ id, width, height }) => {
      const { x, y } = middles[id] ?? { x: 0, y: 0 };
      return [id, { x: x - width / 2, y: y - height / 2 }];
    }),
  );
}

/** Where the author put them; the others below what leads to them. */
function byHand(
  nodes: PipelineNode[],
  sized: Sized[],
  ways: EditWay[],
  loop: string | null,
): Corners {
  const sizes = new Map(sized.map((box) => [box.id, box]));
  const corners: Corners = new Map();
  for (const node of nodes) {
    const place = positionOf(node);
    if (place) corners.set(node.id, place);
  }

  for (const { id } of nodes) {
    if (corners.has(id)) continue;
    const before = ways.find(({ from, to }) => to === id && corners.has(from))?.from;
    corners.set(id, freePlace(below(before, corners, sizes), corners, sizes));
  }
  if (loop !== null) placeMarks(loop, corners, sizes);
  return corners;
}

function below(
  before: string | undefined,
  corners: Corners,
  sizes: Map<string, Sized>,
): Point {
  const above = before === undefined ? undefined : corners.get(before);
  if (above === undefined || before === undefined) {
    const lowest = [...corners].map(([id, { y }]) => y + (sizes.get(id)?.height ?? 0));
    return { x: 0, y: lowest.length > 0 ? Math.max(...lowest) + GAP : 0 };
  }
  const box = sizes.get(before);
  const middle = above.x + (box?.width ?? NODE_WIDTH) / 2;
  return { x: middle - NODE_WIDTH / 2, y: above.y + (box?.height ?? 0) + GAP };
}

/** The first place to the right at which nothing stands. */
function freePlace(from: Point, corners: Corners, sizes: Map<string, Sized>): Point {
  const place = { ...from };
  const isTaken = () =>
    [...corners].some(([id, { x, y }]) => {
      const box = sizes.get(id);
      if (!box) return false;
      return (
        place.x < x + box.width &&
        x < place.x + NODE_WIDTH &&
        place.y < y + box.height &&
        y < place.y + NODE_HEIGHT
      );
    });
  while (isTaken()) place.x += NODE_WIDTH + GAP / 2;
  return place;
}

function placeMarks(loop: string, corners: Corners, sizes: Map<string, Sized>): void {
  const boxes = [...corners].map(([id, place]) => ({ ...place, ...sizes.get(id) }));
  const left = Math.min(...boxes.map(({ x }) => x));
  const right = Math.max(...boxes.map(({ x, width = 0 }) => x + width));
  const top = Math.min(...boxes.map(({ y }) => y));
  const bottom = Math.max(...boxes.map(({ y, height = 0 }) => y + height));
  const x = (left + right - MARK_WIDTH) / 2;
  corners.set(startMark(loop), { x, y: top - GAP - MARK_HEIGHT });
  corners.set(endMark(loop), { x, y: bottom + GAP });
}

interface Found {
  ways: EditWay[];
  corners: Corners;
  arranged: Arrangement | undefined;
  bodies: Map<string, Picture>;
  loop: string | null;
}

/** The level with its size. In a loop its left upper corner is below the header. */
function framed(sized: Sized[], found: Found): Picture {
  const { ways, corners, arranged, bodies, loop } = found;
  const boxes = withMarks(sized, loop).map((box): PlacedBox => ({
    ...box,
    ...(corners.get(box.id) ?? { x: 0, y: 0 }),
    loop,
  }));

  const left = Math.min(0, ...boxes.map(({ x }) => x));
  const top = Math.min(0, ...boxes.map(({ y }) => y));
  const shift =
    loop === null
      ? { x: 0, y: 0 }
      : { x: LOOP_PADDING - minOf(boxes, "x"), y: LOOP_HEADER - minOf(boxes, "y") };
  const right = Math.max(0, ...boxes.map(({ x, width }) => x + width));
  const bottom = Math.max(0, ...boxes.map(({ y, height }) => y + height));

  const placed = boxes.map((box) => ({
    ...box,
    x: box.x + shift.x,
    y: box.y + shift.y,
  }));
  const placedWays = ways.map((way): PlacedWay => ({
    ...way,
    loop,
    bends: bendsOf(way, arranged, shift),
  }));
  return {
    width: loop === null ? right - left : right - minOf(boxes, "x"),
    height: loop === null ? bottom - top : bottom - minOf(boxes, "y"),
    boxes: [...placed, ...[...bodies.values()].flatMap((body) => body.boxes)],
    ways: [...placedWays, ...[...bodies.values()].flatMap((body) => body.ways)],
  };
}

function minOf(boxes: PlacedBox[], side: "x" | "y"): number {
  return boxes.length > 0 ? Math.min(...boxes.map((box) => box[side])) : 0;
}

/** Its ends are where the nodes have them; dagre knows what lies between. */
function bendsOf(
  { from, to }: EditWay,
  arranged: Arrangement | undefined,
  shift: Point,
): Point[] {
  const points = arranged?.lines[lineKey(from, to)] ?? [];
  return points.slice(1, -1).map(({ x, y }) => ({ x: x + shift.x, y: y + shift.y }));
}
