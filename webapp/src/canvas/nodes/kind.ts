/** What the canvas shows of a kind of node. */
import type { PipelineNode } from "@/shared/api/types";

export interface NodeKind {
  /** The `d` of a path in a square of 24, drawn with strokes. */
  glyph: string;
  /** What stands below the name. */
  line: (node: PipelineNode) => string;
}

/** A field of a document that should be a text. */
export function textOf(value: unknown): string {
  return typeof value === "string" ? value : "";
}
