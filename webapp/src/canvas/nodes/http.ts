/** A call of any HTTP interface. */
import { type NodeKind, textOf } from "./kind";

export const http: NodeKind = {
  glyph:
    "M12 3a9 9 0 1 0 0 18 9 9 0 0 0 0-18zM3 12h18M12 3c5 5.5 5 12.5 0 18M12 3c-5 5.5-5 12.5 0 18",
  line: (node) => textOf(node.url),
};
