/** The nodes and edges that React Flow draws, derived from a document's layout. */
import type { Edge, Node } from "@xyflow/react";

import { allNodes } from "@/pipeline/ways";
import type { Layout, Line } from "@/pipeline/layout";
import type { PipelineNode } from "@/shared/api/types";

export type StepData = { node: PipelineNode };
export type StepFlowNode = Node<StepData, "step" | "loop">;
export type LineFlowEdge = Edge<{ line: Line }, "line">;

export interface Flow {
  nodes: StepFlowNode[];
  edges: LineFlowEdge[];
}

export function toFlow(nodes: PipelineNode[], layout: Layout): Flow {
  const byId = new Map(allNodes(nodes).map(({ node }) => [node.id, node]));

  return {
    nodes: layout.boxes.flatMap((box) => {
      const node = byId.get(box.id);
      if (!node) return [];
      return {
        id: box.id,
        type: node.nodes ? "loop" : "step",
        position: { x: box.x, y: box.y },
        width: box.width,
        height: box.height,
        data: { node },
        ...(box.loop && { parentId: box.loop }),
      };
    }),
    edges: layout.lines.map((line) => ({
      id: line.id,
      type: "line",
      source: line.from,
      target: line.to,
      data: { line },
    })),
  };
}
