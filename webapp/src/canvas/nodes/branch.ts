/** A choice of one of two sides. */
import { type NodeKind, textOf } from "./kind";

export const branch: NodeKind = {
  glyph: "M4 12h5m0 0 6-6h5m-11 6 6 6h5m-2-14 2 2-2 2m0 8 2 2-2 2",
  line: (node) => textOf(node.if),
};
