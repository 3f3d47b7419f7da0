/** Steps that call one route are made to call another. */
import { changeAll, type PipelineDocument, placedNodes } from "../document";

/** Every step that calls `from` calls `to`; without any the document stays the same. */
export function callInstead(
  document: PipelineDocument,
  from: string,
  to: string,
): PipelineDocument {
  return changeAll(document, (node) =>
    node.type === "service" && node.service === from ? { ...node, service: to } : node,
  );
}

/** The steps that call a route, those of loops included. */
export function callersIn(document: PipelineDocument, route: string): string[] {
  return placedNodes(document).flatMap(({ node }) =>
    node.type === "service" && node.service === route ? [node.id] : [],
  );
}
