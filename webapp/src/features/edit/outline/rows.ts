/** The rows of the outline: each node, below it its ways if asked for, and its body. */
import { type LoopId, LOOP_END, type PipelineDocument } from "@/pipeline/document";
import { sidesOf, targetsOf, type WayEnds } from "@/pipeline/edits/ways";
import type { Side } from "@/pipeline/ways";
import type { PipelineNode } from "@/shared/api/types";

interface Common {
  /** Unlike that of any other row. */
  key: string;
  /** From 1 on. */
  level: number;
  /** Its place among the rows of the same parent, from 1 on, and how many these are. */
  place: number;
  siblings: number;
  /** The key of the row around it. */
  parent: string | undefined;
}

export interface NodeRow extends Common {
  kind: "node";
  node: PipelineNode;
  loop: LoopId;
  /** Undefined: there is nothing within. */
  isOpen: boolean | undefined;
}

export interface WayRow extends Common {
  kind: "way";
  way: WayEnds;
}

export type Row = NodeRow | WayRow;

/**
 * `toggled`: nodes that are not as they are at first. Loops are open, others closed.
 * What is shown of a node stays the same object as long as it is: of a thousand rows
 * only those are drawn again that have changed.
 */
export function rowsOf(
  document: PipelineDocument,
  toggled: ReadonlySet<string>,
): Row[] {
  return level(document.nodes, null, undefined, 1, toggled);
}

const shown = new WeakMap<PipelineNode, Map<string, Row>>();

/** The row as it was made before, if nothing of it has changed. */
function asBefore<One extends Row>(node: PipelineNode, row: One): One {
  const rows = shown.get(node) ?? new Map<string, Row>();
  shown.set(node, rows);
  const before = rows.get(row.key);
  // A row of the same node and key is of the same kind.
  if (before && isSame(before, row)) return before as One;
  rows.set(row.key, row);
  return row;
}

function isSame(one: Row, other: Row): boolean {
  // The key of a way says all of it.
  return Object.entries(other).every(
    ([name, value]) => name === "way" || one[name as keyof Row] === value,
  );
}

function level(
  nodes: PipelineNode[],
  loop: LoopId,
  parent: string | undefined,
  depth: number,
  toggled: ReadonlySet<string>,
  before = 0,
): Row[] {
  return nodes.flatMap((node, index) => {
    const ways = waysFrom(node);
    const body = node.nodes ?? [];
    const within = ways.length + body.length;
    const isOpen = (node.type === "loop") !== toggled.has(node.id);
    const row = asBefore<NodeRow>(node, {
      kind: "node",
      key: node.id,
      node,
      loop,
      parent,
      level: depth,
      place: before + index + 1,
      siblings: before + nodes.length,
      isOpen: within > 0 ? isOpen : undefined,
    });
    if (!row.isOpen) return [row];

    const wayRows = ways.map((way, at) =>
      asBefore<WayRow>(node, {
        kind: "way",
        key: wayKey(way),
        way,
        parent: node.id,
        level: depth + 1,
        place: at + 1,
        siblings: within,
      }),
    );
    const inner = level(body, node.id, node.id, depth + 1, toggled, ways.length);
    return [row, ...wayRows, ...inner];
  });
}

/** No id has a space in it. */
export function wayKey({ from, to, side }: WayEnds): string {
  return `${from} ${side ?? "next"} ${to}`;
}

/** Where a node leads, side by side. */
export function waysFrom(node: PipelineNode): WayEnds[] {
  return sidesOf(node).flatMap((side) =>
    targetsOf(node, side).map((to) => ({ from: node.id, to, side })),
  );
}

/** The key of the words for a side. */
export function sideWord(side: Side | undefined): string {
  return `edit.outline.${side ?? "next"}`;
}

export function isItemEnd(to: string): boolean {
  return to === LOOP_END;
}
