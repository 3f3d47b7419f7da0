/** Where a task ends. */
import type { NodeKind } from "./kind";

export const end: NodeKind = {
  glyph: "M6 21V4m0 1h11l-2.5 4L17 13H6",
  line: () => "",
};
