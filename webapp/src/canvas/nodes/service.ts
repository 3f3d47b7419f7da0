/** A call of a service, or of another pipeline. */
import type { NodeKind } from "./kind";

export const service: NodeKind = {
  glyph: "M12 3 4.5 7.2v9.6L12 21l7.5-4.2V7.2zM4.5 7.2 12 11.5l7.5-4.3M12 11.5V21",
  line: (node) => node.service ?? node.url ?? "",
};
