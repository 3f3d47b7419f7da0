/** Where a task begins. */
import { type NodeKind, textOf } from "./kind";

export const entry: NodeKind = {
  glyph: "M13 4h5a2 2 0 0 1 2 2v12a2 2 0 0 1-2 2h-5M4 12h11m-4-4 4 4-4 4",
  line: (node) => textOf((node.api as { route?: unknown } | undefined)?.route),
};
