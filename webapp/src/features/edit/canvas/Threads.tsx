/** Dotted threads: where the inputs of the chosen node come from. */
import { useStore, ViewportPortal } from "@xyflow/react";
import { useMemo } from "react";

import { findNode, findPlaced } from "@/pipeline/document";
import { threadsOf } from "@/pipeline/threads";

import { useEdit } from "../store";

/** What stands before a key; the key itself may have dots. */
const DIRECTIVE = /^(input|headers|query|(then|else)\.out)\./;

interface Box {
  x: number;
  y: number;
  width: number;
  height: number;
}

export function Threads() {
  const document = useEdit((state) => state.document);
  const chosen = useEdit(({ selection }) =>
    selection.length === 1 ? selection[0] : undefined,
  );
  const threads = useMemo(() => {
    const node = chosen === undefined ? undefined : findNode(document, chosen);
    return node ? threadsOf(node) : [];
  }, [document, chosen]);

  if (chosen === undefined || threads.length === 0) return null;
  const bySource = new Map<string, string[]>();
  for (const { from, field } of threads) {
    // An item comes from the loop around the node.
    const source: string | null | undefined =
      from === "node" ? findPlaced(document, chosen)?.loop : from;
    if (source == null || source === chosen) continue;
    const label = field.replace(DIRECTIVE, "");
    bySource.set(source, [...(bySource.get(source) ?? []), label]);
  }
  return (
    <ViewportPortal>
      <svg
        data-threads
        style={{
          position: "absolute",
          overflow: "visible",
          pointerEvents: "none",
          zIndex: 1200,
        }}
        width="1"
        height="1"
        aria-hidden
      >
        {[...bySource].map(([source, fields], index) => (
          <ThreadLine
            key={source}
            from={source}
            to={chosen}
            label={fields.join(", ")}
            index={index}
          />
        ))}
      </svg>
    </ViewportPortal>
  );
}

interface ThreadLineProps {
  from: string;
  to: string;
  label: string;
  index: number;
}

/** Leaves and arrives sideways: the order of work goes from bottom to top. */
function ThreadLine({ from, to, label, index }: ThreadLineProps) {
  const source = useBox(from);
  const target = useBox(to);
  if (!source || !target) return null;

  const start = { x: source.x, y: source.y + Math.min(source.height, 60) / 2 };
  const end = { x: target.x, y: target.y + Math.min(target.height, 60) / 2 };
  const out = Math.min(start.x, end.x) - 36 - index * 18;
  const d = `M ${xy(start)} C ${xy({ x: out, y: start.y })} ${xy({ x: out, y: end.y })} ${xy(end)}`;
  return (
    <g data-thread={`${from} ${to}`}>
      <path
        d={d}
        style={{
          fill: "none",
          stroke: "var(--mui-palette-primary-main)",
          strokeWidth: 1.6,
          strokeDasharray: "1.5 5",
          strokeLinecap: "round",
        }}
      />
      <circle cx={end.x} cy={end.y} r="3" fill="var(--mui-palette-primary-main)" />
      <text
        x={(start.x + 3 * out + 3 * out + end.x) / 8 - 4}
        y={(start.y + end.y) / 2}
        textAnchor="end"
        style={{
          fontSize: 11,
          fill: "var(--mui-palette-primary-main)",
          stroke: "var(--mui-palette-background-default)",
          strokeWidth: 3,
          paintOrder: "stroke",
        }}
      >
        {label}
      </text>
    </g>
  );
}

function xy({ x, y }: { x: number; y: number }): string {
  return `${String(x)} ${String(y)}`;
}

function useBox(id: string): Box | undefined {
  return useStore(
    ({ nodeLookup }) => {
      const node = nodeLookup.get(id);
      if (!node) return undefined;
      const { x, y } = node.internals.positionAbsolute;
      return { x, y, width: node.width ?? 0, height: node.height ?? 0 };
    },
    (one, other) =>
      one?.x === other?.x &&
      one?.y === other?.y &&
      one?.height === other?.height &&
      one?.width === other?.width,
  );
}
