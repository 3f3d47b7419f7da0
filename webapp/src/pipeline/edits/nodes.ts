/** Edits of which nodes there are: new ones, those that go, those that change level. */
import type { PipelineNode } from "@/shared/api/types";

import {
  allIds,
  changeNode,
  changeNodes,
  findNode,
  findPlaced,
  freshId,
  type LoopId,
  LOOP_END,
  loopOf,
  loopsAround,
  type PipelineDocument,
} from "../document";
import type { Point } from "../layout";
import type { Side } from "../ways";
import {
  mapTargets,
  sidesOf,
  targetsOf,
  type WayEnds,
  without,
  withTargets,
} from "./ways";

export type NodeType = PipelineNode["type"];

/** A node of a kind with what it must have, ready to be filled in. */
export function newNode(
  type: NodeType,
  id: string,
  fields: Partial<PipelineNode> = {},
): PipelineNode {
  return { id, type, ...ESSENTIALS[type](id), ...fields };
}

const ESSENTIALS: Record<NodeType, (id: string) => Partial<PipelineNode>> = {
  entry: () => ({ api: { route: "", summary: "", body: {} } }),
  service: () => ({ service: "" }),
  http: () => ({ url: "https://" }),
  node: () => ({}),
  branch: () => ({ if: "True" }),
  // A body must have a node; that of a loop begins with its first.
  loop: (id) => ({
    items: "",
    nodes: [{ id: `${id}_item`, type: "node", next: [LOOP_END] }],
  }),
  end: () => ({}),
};

export interface Where {
  /** The level, if no other node says it. */
  loop?: LoopId;
  /** Behind this node: it takes over where that leads on this side. */
  after?: { id: string; side?: Side | undefined };
  /** On this way. */
  on?: WayEnds;
  /** Where it is drawn. */
  at?: Point;
}

/** Add a node. Without `after` and `on`, no way leads to it. */
export function addNode(
  document: PipelineDocument,
  node: PipelineNode,
  { loop = null, after, on, at }: Where = {},
): PipelineDocument {
  const placed = at ? { ...node, position: { x: at.x, y: at.y } } : node;
  const from = after?.id ?? on?.from;
  const level = from === undefined ? loop : loopOf(document, from);
  if (from === undefined) return inserted(document, placed, level, undefined);

  const before = findNode(document, from);
  if (!before) return inserted(document, placed, level, undefined);

  const side = after ? after.side : on?.side;
  const targets = targetsOf(before, side);
  const taken = on ? targets.filter((id) => id === on.to) : targets;
  const kept = on ? targets.map((id) => (id === on.to ? placed.id : id)) : [placed.id];

  // The end leads nowhere: the other ways stay beside the one to it.
  const isEnd = placed.type === "end";
  const following = isEnd ? placed : withTargets(placed, undefined, taken);
  const leading = withTargets(before, side, isEnd ? [...targets, placed.id] : kept);
  const connected = changeNode(document, from, () => leading);
  return inserted(connected, following, level, from);
}

/** It stands behind the node that leads to it: so the document can be read. */
function inserted(
  document: PipelineDocument,
  node: PipelineNode,
  loop: LoopId,
  behind: string | undefined,
): PipelineDocument {
  return changeNodes(document, loop, (nodes) => {
    const found = nodes.findIndex(({ id }) => id === behind);
    const at = found < 0 ? nodes.length : found + 1;
    return [...nodes.slice(0, at), node, ...nodes.slice(at)];
  });
}

/**
 * Remove nodes. What led to one leads on to what followed it, if that was one node.
 * References to them stay: the engine says where they stand.
 */
export function removeNodes(
  document: PipelineDocument,
  ids: Iterable<string>,
): PipelineDocument {
  const removed = new Set(ids);
  const levels = new Set([...removed].map((id) => loopOf(document, id)));

  let changed = document;
  for (const loop of levels) {
    changed = changeNodes(changed, loop, (nodes) => {
      const healed = followers(document, nodes, removed);
      return nodes
        .filter(({ id }) => !removed.has(id))
        .map((node) => mapTargets(node, healed(node)));
    });
  }
  return changed;
}

/** What takes the place of a removed node, for a node that led to it. */
function followers(
  document: PipelineDocument,
  nodes: PipelineNode[],
  removed: ReadonlySet<string>,
) {
  const here = new Set(nodes.map(({ id }) => id));
  const after = (id: string, passed: ReadonlySet<string>): string[] => {
    if (!removed.has(id) || !here.has(id)) return [id];
    const node = findNode(document, id);
    if (!node || passed.has(id)) return [];

    const ways = sidesOf(node).filter((side) => side !== "catch");
    const next = [...new Set(ways.flatMap((side) => targetsOf(node, side)))];
    return next.length === 1 && next[0] !== undefined
      ? after(next[0], new Set([...passed, id]))
      : [];
  };

  return (node: PipelineNode) => (id: string, side: Side | undefined) => {
    if (!removed.has(id)) return [id];
    // What mends a failure is not mended by what follows it.
    if (side === "catch") return [];
    return after(id, new Set()).filter((next) => next !== node.id);
  };
}

/** Put nodes into the body of a loop, or out of it; ways across levels go. */
export function moveToLoop(
  document: PipelineDocument,
  ids: Iterable<string>,
  loop: LoopId,
): PipelineDocument {
  const moving = new Set(
    [...ids].filter((id) => {
      const node = findNode(document, id);
      const isFixed = !node || node.type === "entry" || node.type === "end";
      const isAround =
        loop !== null && (id === loop || loopsAround(document, loop).includes(id));
      return !isFixed && !isAround && loopOf(document, id) !== loop;
    }),
  );
  if (moving.size === 0) return document;

  const nodes = [...moving].flatMap((id) => {
    const node = findPlaced(document, id)?.node;
    if (!node) return [];
    return [withinLevel(without(node, "position"), moving, loop)];
  });
  return changeNodes(removeNodes(document, moving), loop, (before) => [
    ...before,
    ...nodes,
  ]);
}

/** A node that comes to another level: only ways to what comes along stay. */
export function withinLevel(
  node: PipelineNode,
  beside: ReadonlySet<string>,
  loop: LoopId,
): PipelineNode {
  const kept = mapTargets(node, (id) =>
    beside.has(id) || (id === LOOP_END && loop !== null) ? [id] : [],
  );
  const leadsOn = sidesOf(kept).some((side) => targetsOf(kept, side).length > 0);
  return loop !== null && !leadsOn ? withTargets(kept, undefined, [LOOP_END]) : kept;
}

/** The id for a node of a kind, or of a service, that no other has. */
export function idFor(document: PipelineDocument, like: string): string {
  return freshId(document, like, allIds(document));
}
