/** Changing one field of a node as it is typed. */
import { setField } from "@/pipeline/edits/fields";
import type { Json } from "@/shared/api/types";

import { perform, useEdit } from "../store";

/** What is typed into one field without a pause elsewhere is one step to undo. */
export function change(node: string, field: string, value: Json | undefined): void {
  perform((document) => setField(document, node, field, value), {
    mark: `${node} ${field}`,
  });
}

export function seal(): void {
  useEdit.getState().seal();
}
