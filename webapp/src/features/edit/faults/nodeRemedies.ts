/** Remedies that add nodes, or give them other ids. */
import { changeNodes, freshId, type PipelineDocument } from "@/pipeline/document";
import { addNode, newNode } from "@/pipeline/edits/nodes";
import { mapTargets } from "@/pipeline/edits/ways";
import type { PipelineNode } from "@/shared/api/types";

import type { Case, Remedy } from "./remedy";

export function withEntry(document: PipelineDocument, id: string): PipelineDocument {
  const first = document.nodes.find(({ type }) => type !== "end") ?? document.nodes[0];
  const entry = newNode("entry", id, first && { next: [first.id] });
  return changeNodes(document, null, (nodes) => [entry, ...nodes]);
}

export function withEnd(document: PipelineDocument): PipelineDocument {
  const last = document.nodes.findLast(
    (node) => (node.next ?? []).length === 0 && node.type !== "branch",
  );
  const end = newNode("end", freshId(document, "result"));
  return addNode(document, end, last ? { after: { id: last.id } } : {});
}

/** Of two nodes of one id the later one gets another. */
export function otherId({ fault, document, node }: Case): Remedy | undefined {
  if (!node) return undefined;
  const id = freshId(document, fault.code === "duplicate-id" ? node.id : `${node.id}_`);
  const isSecond = fault.code === "duplicate-id";
  return {
    label: "canvas.mend.rename_node",
    values: { id },
    edit: (before) => withOtherId(before, node.id, id, isSecond),
  };
}

function withOtherId(
  document: PipelineDocument,
  id: string,
  name: string,
  isSecond: boolean,
): PipelineDocument {
  let toSkip = isSecond ? 1 : 0;
  const renamed = (nodes: PipelineNode[]): PipelineNode[] =>
    nodes.map((node) => {
      const isIt = node.id === id && toSkip-- === 0;
      const body = node.nodes && renamed(node.nodes);
      return { ...node, ...(body && { nodes: body }), ...(isIt && { id: name }) };
    });
  const changed = { ...document, nodes: renamed(document.nodes) };
  if (isSecond) return changed;
  return {
    ...changed,
    nodes: changed.nodes.map((node) =>
      mapTargets(node, (target) => [target === id ? name : target]),
    ),
  };
}
