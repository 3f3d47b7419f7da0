/** What decides where nodes are drawn: which there are, and which follow which. */
import type { PipelineNode } from "@/shared/api/types";

import { waysOf } from "./ways";

/** The same text for documents that are drawn alike. */
export function structureOf(nodes: PipelineNode[]): string {
  return JSON.stringify(parts(nodes));
}

function parts(nodes: PipelineNode[]): unknown[] {
  return [
    nodes.map((node) => (node.nodes ? [node.id, parts(node.nodes)] : node.id)),
    waysOf(nodes).map(({ from, to, side }) => [from, to, side]),
  ];
}

/** The number of nodes, those in loops too. */
export function countOf(nodes: PipelineNode[]): number {
  return nodes.reduce((count, node) => count + 1 + countOf(node.nodes ?? []), 0);
}
