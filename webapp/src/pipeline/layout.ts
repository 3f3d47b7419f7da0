/**
 * Where nodes and ways are drawn: top-down, each level by itself. The body of a loop is
 * laid out first; the loop is then a node of that size in the level around it.
 */
import { graphlib, layout as arrange } from "@dagrejs/dagre";

import type { PipelineNode } from "@/shared/api/types";

import { type Way, waysOf } from "./ways";

export const NODE_WIDTH = 208;
export const NODE_HEIGHT = 60;

/** What a loop has around its body: room for its own words above. */
const LOOP_PADDING = 16;
const LOOP_HEADER = 52;

const BETWEEN_NODES = 32;
const BETWEEN_LEVELS = 44;

export interface Point {
  x: number;
  y: number;
}

/** A node as it is drawn; the place is that of its left upper corner. */
export interface Box extends Point {
  id: string;
  width: number;
  height: number;
  /** The loop around it: the place is within that. */
  loop: string | undefined;
}

/** A way as it is drawn, in the coordinates of the whole picture. */
export interface Line extends Way {
  id: string;
  loop: string | undefined;
  points: Point[];
}

export interface Layout {
  width: number;
  height: number;
  /** Outer ones before those within. */
  boxes: Box[];
  lines: Line[];
}

/** Lay out the nodes of a pipeline. */
export function layoutOf(nodes: PipelineNode[]): Layout {
  return level(nodes, undefined);
}

function level(nodes: PipelineNode[], loop: string | undefined): Layout {
  const bodies = new Map<string, Layout>();
  for (const node of nodes) {
    if (node.nodes && node.nodes.length > 0) {
      bodies.set(node.id, level(node.nodes, node.id));
    }
  }

  const graph = new graphlib.Graph({ multigraph: false });
  graph.setGraph({
    rankdir: "TB",
    nodesep: BETWEEN_NODES,
    ranksep: BETWEEN_LEVELS,
    edgesep: BETWEEN_NODES / 2,
  });
  graph.setDefaultEdgeLabel(() => ({}));
  for (const node of nodes) graph.setNode(node.id, sizeOf(bodies.get(node.id)));
  const ways = waysOf(nodes);
  for (const { from, to } of ways) graph.setEdge(from, to);
  arrange(graph);

  const boxes = nodes.map((node) =>
    boxOf(node.id, graph.node(node.id) as Placed, loop),
  );
  const lines = ways.map((way) => lineOf(way, pointsOf(graph, way), loop));
  const inner = boxes.flatMap((box) => {
    const body = bodies.get(box.id);
    return body ? [moved(body, box)] : [];
  });

  const { width = 0, height = 0 } = graph.graph() as {
    width?: number;
    height?: number;
  };
  return {
    width,
    height,
    boxes: [...boxes, ...inner.flatMap((body) => body.boxes)],
    lines: [...lines, ...inner.flatMap((body) => body.lines)],
  };
}

/** A node as dagre places it: by its middle. */
interface Placed extends Point {
  width: number;
  height: number;
}

function sizeOf(body: Layout | undefined): { width: number; height: number } {
  if (!body) return { width: NODE_WIDTH, height: NODE_HEIGHT };
  return {
    width: body.width + 2 * LOOP_PADDING,
    height: body.height + LOOP_HEADER + LOOP_PADDING,
  };
}

function boxOf(id: string, placed: Placed, loop: string | undefined): Box {
  const { x, y, width, height } = placed;
  return { id, x: x - width / 2, y: y - height / 2, width, height, loop };
}

function pointsOf(graph: graphlib.Graph, { from, to }: Way): Point[] {
  const edge = graph.edge(from, to) as { points?: Point[] } | undefined;
  return (edge?.points ?? []).map(({ x, y }) => ({ x, y }));
}

function lineOf(way: Way, points: Point[], loop: string | undefined): Line {
  return { ...way, id: `${way.from} ${way.to}`, loop, points };
}

/** The body of a loop where the loop is. Boxes directly in it stay relative to it. */
function moved(body: Layout, loop: Box): Layout {
  const left = LOOP_PADDING;
  const top = LOOP_HEADER;
  return {
    ...body,
    boxes: body.boxes.map((box) =>
      box.loop === loop.id ? { ...box, x: box.x + left, y: box.y + top } : box,
    ),
    lines: body.lines.map((line) => ({
      ...line,
      points: line.points.map(({ x, y }) => ({
        x: x + loop.x + left,
        y: y + loop.y + top,
      })),
    })),
  };
}
