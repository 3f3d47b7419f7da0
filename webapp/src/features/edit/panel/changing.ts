/** Reading and changing one field of a node. */
import { setField } from "@/pipeline/edits/fields";
import type { Json, PipelineNode } from "@/shared/api/types";

import { perform, useEdit } from "../store";

export function valueAt(node: PipelineNode, field: string): Json | undefined {
  let value: unknown = node;
  for (const name of field.split(".")) {
    value =
      typeof value === "object" && value !== null
        ? (value as Record<string, unknown>)[name]
        : undefined;
  }
  return value as Json | undefined;
}

/** What is typed into one field without a pause elsewhere is one step to undo. */
export function change(node: string, field: string, value: Json | undefined): void {
  perform((document) => setField(document, node, field, value), {
    mark: `${node} ${field}`,
  });
}

export function seal(): void {
  useEdit.getState().seal();
}
