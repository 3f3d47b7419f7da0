/** Its body, once for every item. */
import { type NodeKind, textOf } from "./kind";

export const loop: NodeKind = {
  glyph: "M4 11a8 8 0 0 1 14-4l2 2m0-5v5h-5M20 13a8 8 0 0 1-14 4l-2-2m0 5v-5h5",
  line: (node) => textOf(node.items),
};
