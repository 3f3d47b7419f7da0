/** Moves of a node in the list: up and down. */
import {
  changeNodes,
  findPlaced,
  nodesIn,
  type PipelineDocument,
} from "@/pipeline/document";

/** Where a node stands in the list changes how it reads; a body begins with its first. */
export function shifted(
  document: PipelineDocument,
  id: string,
  by: 1 | -1,
): PipelineDocument {
  const placed = findPlaced(document, id);
  if (!placed) return document;
  const { loop, index, node } = placed;
  const other = nodesIn(document, loop)[index + by];
  if (!other) return document;

  return changeNodes(document, loop, (nodes) =>
    nodes.map((one) => (one === node ? other : one === other ? node : one)),
  );
}
