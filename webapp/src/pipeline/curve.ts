/** A way through points as one smooth line. */
import type { Point } from "./layout";

/** The `d` of an SVG path: it leaves and arrives upright. */
export function curve(points: Point[]): string {
  const [first, ...others] = points;
  if (!first) return "";

  let from = first;
  const parts = [`M ${at(first)}`];
  for (const to of others) {
    const middle = (from.y + to.y) / 2;
    const one = { x: from.x, y: middle };
    const other = { x: to.x, y: middle };
    parts.push(`C ${at(one)} ${at(other)} ${at(to)}`);
    from = to;
  }
  return parts.join(" ");
}

function at({ x, y }: Point): string {
  return `${String(Math.round(x * 10) / 10)} ${String(Math.round(y * 10) / 10)}`;
}
