/** The order of a table of routes: by name, or by what somebody clicked on. */
import type { Figures, Route } from "@/shared/api/types";

export type Column = "calls" | "failed" | "p50" | "p95";

export interface Line {
  route: Route;
  figures: Figures | undefined;
}

/** The largest first; undefined: as they come, by their names. */
export function sorted(lines: Line[], by: Column | undefined): Line[] {
  if (by === undefined) return lines;
  const valueOf = ({ figures }: Line) => figures?.[by] ?? -1;
  return lines.toSorted((one, other) => valueOf(other) - valueOf(one));
}
