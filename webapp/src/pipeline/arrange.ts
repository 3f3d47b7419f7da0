/** Where dagre puts the boxes of one level, and how the lines go between them. */
import { graphlib, layout } from "@dagrejs/dagre";

import type { Point } from "./layout";

const BETWEEN_NODES = 36;
const BETWEEN_LEVELS = 48;

/** One level as dagre sees it: only what the arrangement depends on. */
export interface LevelGraph {
  boxes: { id: string; width: number; height: number }[];
  lines: { from: string; to: string }[];
}

/** The middle of each box, and the points of each line by `from to`. */
export interface Arrangement {
  middles: Record<string, Point>;
  lines: Record<string, Point[]>;
}

export function arrange({ boxes, lines }: LevelGraph): Arrangement {
  const graph = new graphlib.Graph({ multigraph: false });
  graph.setGraph({
    rankdir: "TB",
    nodesep: BETWEEN_NODES,
    ranksep: BETWEEN_LEVELS,
    edgesep: BETWEEN_NODES / 2,
  });
  graph.setDefaultEdgeLabel(() => ({}));
  for (const { id, width, height } of boxes) graph.setNode(id, { width, height });
  for (const { from, to } of lines) graph.setEdge(from, to);
  layout(graph);

  const middles: Record<string, Point> = {};
  for (const { id } of boxes) {
    const { x, y } = graph.node(id) as Point;
    middles[id] = { x, y };
  }
  const found: Record<string, Point[]> = {};
  for (const { from, to } of lines) {
    const edge = graph.edge(from, to) as { points?: Point[] } | undefined;
    found[lineKey(from, to)] = (edge?.points ?? []).map(({ x, y }) => ({ x, y }));
  }
  return { middles, lines: found };
}

export function lineKey(from: string, to: string): string {
  return `${from} ${to}`;
}
