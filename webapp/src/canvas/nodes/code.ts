/** A node that does nothing but run code. */
import type { NodeKind } from "./kind";

export const code: NodeKind = {
  glyph: "m8 7-5 5 5 5m8-10 5 5-5 5",
  line: (node) => node.description ?? "",
};
