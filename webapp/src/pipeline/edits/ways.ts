/** Edits of what follows what: `next`, the sides of branches, `catch`. */
import type { PipelineNode } from "@/shared/api/types";

import { changeNode, findNode, type PipelineDocument } from "../document";
import type { Side } from "../ways";

/** A way between two nodes of one level; to `loopEnd` too. */
export interface WayEnds {
  from: string;
  to: string;
  side?: Side | undefined;
}

/** The ids to which a node leads on one side, in their order. */
export function targetsOf(node: PipelineNode, side: Side | undefined): string[] {
  if (side === "catch") return node.catch ?? [];
  if (side === undefined || node.type !== "branch") return node.next ?? [];

  // A side that says nothing of what follows keeps what follows the branch.
  const part = node[side];
  const own = typeof part === "object" ? part.next : undefined;
  return own ?? node.next ?? [];
}

/** The same node, leading elsewhere on one side. */
export function withTargets(
  node: PipelineNode,
  side: Side | undefined,
  ids: string[],
): PipelineNode {
  const targets = [...new Set(ids)];
  if (sameIds(targetsOf(node, side), targets)) return node;

  if (side === "catch") return withList(node, "catch", targets);
  if (side === undefined || node.type !== "branch") {
    return withList(node, "next", targets);
  }
  const part = node[side];
  const fields = typeof part === "string" ? { exec: part } : part;
  return { ...node, [side]: { ...fields, next: targets } };
}

/** A node leads nowhere without the field as well as with an empty one. */
function withList(
  node: PipelineNode,
  field: "next" | "catch",
  ids: string[],
): PipelineNode {
  if (ids.length > 0) return { ...node, [field]: ids };
  return without(node, field);
}

/** The same node without one of its fields. */
export function without(node: PipelineNode, field: string): PipelineNode {
  const others = Object.entries(node).filter(([name]) => name !== field);
  return Object.fromEntries(others) as unknown as PipelineNode;
}

function sameIds(some: string[], others: string[]): boolean {
  return some.length === others.length && some.every((id, at) => id === others[at]);
}

/** The sides on which a node leads somewhere, or could. */
export function sidesOf(node: PipelineNode): (Side | undefined)[] {
  return node.type === "branch" ? ["then", "else", "catch"] : [undefined, "catch"];
}

/** Change each id to which a node leads, as it stands in the document. */
export function mapTargets(
  node: PipelineNode,
  change: (id: string, side: Side | undefined) => string[],
): PipelineNode {
  const sides: (Side | undefined)[] = [undefined, "catch"];
  for (const side of ["then", "else"] as const) {
    const part = node.type === "branch" ? node[side] : undefined;
    if (typeof part === "object" && part.next) sides.push(side);
  }
  return sides.reduce<PipelineNode>((changed, side) => {
    const targets = targetsOf(node, side).flatMap((id) => change(id, side));
    return withTargets(changed, side, targets);
  }, node);
}

export function connect(document: PipelineDocument, way: WayEnds): PipelineDocument {
  return changeNode(document, way.from, (node) =>
    withTargets(node, way.side, [...targetsOf(node, way.side), way.to]),
  );
}

export function disconnect(document: PipelineDocument, way: WayEnds): PipelineDocument {
  return changeNode(document, way.from, (node) =>
    withTargets(
      node,
      way.side,
      targetsOf(node, way.side).filter((id) => id !== way.to),
    ),
  );
}

/** Let a way begin or end elsewhere; it keeps its place among the others. */
export function moveWay(
  document: PipelineDocument,
  way: WayEnds,
  ends: Partial<WayEnds>,
): PipelineDocument {
  const moved = { ...way, ...ends };
  if (moved.from !== way.from || moved.side !== way.side) {
    return connect(disconnect(document, way), moved);
  }
  return changeNode(document, way.from, (node) =>
    withTargets(
      node,
      way.side,
      targetsOf(node, way.side).map((id) => (id === way.to ? moved.to : id)),
    ),
  );
}

export function hasWay(document: PipelineDocument, way: WayEnds): boolean {
  const node = findNode(document, way.from);
  return node !== undefined && targetsOf(node, way.side).includes(way.to);
}
