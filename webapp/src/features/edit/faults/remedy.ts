/** What mends a fault, and what a remedy looks at. */
import { type PipelineDocument } from "@/pipeline/document";
import { setField } from "@/pipeline/edits/fields";
import { removeNodes } from "@/pipeline/edits/nodes";
import type { Routes } from "@/pipeline/outputs";
import type { Json, PipelineNode } from "@/shared/api/types";

import type { CheckedFault } from "./faultState";

export interface Remedy {
  /** The key of the words on the button, and what stands in them. */
  label: string;
  values?: Record<string, string>;
  edit: (document: PipelineDocument) => PipelineDocument;
  /** The node that is chosen then; without it, the one that had the fault. */
  select?: string;
}

export interface Case {
  fault: CheckedFault;
  document: PipelineDocument;
  routes: Routes;
  /** The document as it is stored: what was in it can come back. */
  stored: PipelineDocument | undefined;
  /** The node that has the fault. */
  node: PipelineNode | undefined;
  field: string;
}

/** Keys of a directive may have dots; the names before them have none. */
export function fieldNames(field: string): string[] {
  const found = /^(input|headers|query|collect|params|then\.out|else\.out)\.(.+)$/.exec(
    field,
  );
  if (found) return [...(found[1] ?? "").split("."), found[2] ?? ""];
  return field.split(".");
}

export function replaceWith(
  node: PipelineNode | undefined,
  field: string,
  value: Json | undefined,
): Remedy | undefined {
  if (!node || value === undefined) return undefined;
  const shown = typeof value === "string" ? value : JSON.stringify(value);
  return {
    label: "canvas.mend.write",
    values: { value: shown },
    edit: (document) => setField(document, node.id, fieldNames(field), value),
  };
}

export function removeField(node: PipelineNode, field: string): Remedy | undefined {
  if (field === "") return undefined;
  return {
    label: "canvas.mend.remove_field",
    values: { field },
    edit: (document) => setField(document, node.id, fieldNames(field), undefined),
  };
}

export function removeIt({
  node,
}: {
  node: PipelineNode | undefined;
}): Remedy | undefined {
  if (!node) return undefined;
  return {
    label: "canvas.mend.remove_node",
    values: { id: node.id },
    edit: (document) => removeNodes(document, [node.id]),
  };
}
