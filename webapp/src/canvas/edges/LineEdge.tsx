/** A way from one node to another: taken, being taken, or not. */
import { keyframes } from "@emotion/react";
import Box from "@mui/material/Box";
import type { EdgeProps } from "@xyflow/react";

import { curve } from "@/pipeline/curve";
import type { Line, Point } from "@/pipeline/layout";
import { toneColor } from "@/shared/theme";
import { toneOf } from "@/shared/ui/StatusChip";

import { useNodeState } from "../live";
import type { LineFlowEdge } from "../toFlow";

const ARROW = 7;

const march = keyframes({ to: { strokeDashoffset: -20 } });

export function LineEdge({ data }: EdgeProps<LineFlowEdge>) {
  return data ? <Way line={data.line} /> : null;
}

function Way({ line }: { line: Line }) {
  const from = useNodeState(line.from)?.status ?? "pending";
  const to = useNodeState(line.to)?.status ?? "pending";
  const last = line.points.at(-1);
  const first = line.points[0];
  if (!first || !last) return null;

  const down = last.y >= (line.points.at(-2)?.y ?? 0) ? 1 : -1;
  const points = [...line.points.slice(0, -1), { x: last.x, y: last.y - down * ARROW }];
  const progress = progressOf(from, to);
  const colour = {
    running: toneColor("running"),
    taken: "var(--mui-palette-text-secondary)",
    open: "light-dark(#b3b7bf, #565a61)",
    skipped: "light-dark(#c9ccd2, #464a50)",
  }[progress];

  return (
    <g>
      <Box
        component="path"
        d={curve(points)}
        sx={{
          fill: "none",
          stroke: colour,
          strokeWidth: progress === "running" ? 2 : 1.5,
          strokeDasharray:
            progress === "running" ? "6 4" : progress === "skipped" ? "2 5" : "none",
          ...(progress === "running" && { animation: `${march} 1s linear infinite` }),
        }}
      />
      <path d={arrow(last, down)} style={{ fill: colour }} />
      {line.side && <SideLabel at={first} side={line.side} />}
    </g>
  );
}

type Progress = "running" | "taken" | "open" | "skipped";

/** How a way is, by the states of the nodes at its ends. */
function progressOf(from: string, to: string): Progress {
  if (from === "skipped" || to === "skipped") return "skipped";
  if (to === "pending" || to === "unreached") return "open";
  return toneOf(to) === "running" ? "running" : "taken";
}

function arrow({ x, y }: Point, down: number): string {
  return `M ${String(x)} ${String(y)} l -4 ${String(-down * ARROW)} h 8 z`;
}

interface SideLabelProps {
  at: Point;
  side: string;
}

function SideLabel({ at, side }: SideLabelProps) {
  return (
    <text
      x={at.x + 7}
      y={at.y + 15}
      style={{
        fontSize: 11,
        fontWeight: 600,
        fill: "var(--mui-palette-text-secondary)",
        stroke: "var(--mui-palette-background-paper)",
        strokeWidth: 3,
        paintOrder: "stroke",
      }}
    >
      {side}
    </text>
  );
}
