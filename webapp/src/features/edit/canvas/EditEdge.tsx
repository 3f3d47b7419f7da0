/** A way on the canvas: it can be chosen, lit up by what is held over it, added to. */
import type { EdgeProps } from "@xyflow/react";

import { curve } from "@/pipeline/curve";
import type { Point } from "@/pipeline/layout";

import { useCanvas } from "./canvasState";
import { openAdd } from "./picking";
import type { EditFlowEdge } from "./toEditFlow";

const ARROW = 7;

/** How far a way that leads back goes out to the side. */
const BACK_OUT = 60;

export function EditEdge(props: EdgeProps<EditFlowEdge>) {
  const { id, data, sourceX, sourceY, targetX, targetY } = props;
  const chosen = useCanvas((state) => state.way === id);
  const lit = useCanvas((state) => state.lit === id);
  if (!data) return null;

  const { way } = data;
  const source = { x: sourceX, y: sourceY };
  const target = { x: targetX, y: targetY };
  const points = pointsOf(source, target, data.bends, way.side === "catch");
  const last = { x: targetX, y: targetY - ARROW };
  const d = curve([...points, last]);
  const middle = middleOf([...points, last]);

  const classes = ["way-line"];
  if (way.side === "catch") classes.push("way-catch");
  if (way.implied) classes.push("way-implied");
  if (chosen) classes.push("way-chosen");
  if (lit) classes.push("way-lit");
  return (
    <g className={classes.join(" ")} data-way={id}>
      <path className="way" d={d} />
      <path className="way-head" d={`M ${xy(target)} l -4 ${String(-ARROW)} h 8 z`} />
      <path className="way-hit react-flow__edge-interaction" d={d} />
      <g
        className="way-add nodrag nopan"
        data-add-on={id}
        transform={`translate(${String(middle.x)} ${String(middle.y)})`}
        onClick={(event) => {
          event.stopPropagation();
          openAdd({ x: event.clientX, y: event.clientY }, { kind: "on", way });
        }}
      >
        <circle r="9" />
        <path d="M-4 0h8M0-4v8" />
      </g>
    </g>
  );
}

function xy({ x, y }: Point): string {
  return `${String(x)} ${String(y)}`;
}

/** What the layout says lies between, unless the ends were moved meanwhile. */
function pointsOf(
  source: Point,
  target: Point,
  bends: Point[],
  isCatch: boolean,
): Point[] {
  if (target.y <= source.y) {
    // Back: out to the side, up, and in from above.
    const side = Math.max(source.x, target.x) + 104 + BACK_OUT;
    return [
      source,
      { x: side, y: source.y + 12 },
      { x: side, y: target.y - 40 },
      { x: target.x, y: target.y - 20 },
    ];
  }
  const between = bends.filter(({ y }) => y > source.y + 4 && y < target.y - ARROW - 4);
  // The way of a failure leaves sideways, so that it is no second ordinary one.
  const out = isCatch ? [{ x: source.x + 18, y: source.y + 14 }] : [];
  return [source, ...out, ...between];
}

function middleOf(points: Point[]): Point {
  const at = Math.floor((points.length - 1) / 2);
  const one = points[at] ?? { x: 0, y: 0 };
  const other = points[at + 1] ?? one;
  return { x: (one.x + other.x) / 2, y: (one.y + other.y) / 2 };
}
