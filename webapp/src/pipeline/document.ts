/**
 * A pipeline as its document, and how one is read and changed.
 *
 * A document is never changed in place: a change makes a new one, in which all that
 * stays the same is the same object. So two documents are compared by looking only at
 * what differs, and what is drawn of a node is kept as long as the node is the same.
 */
import type { Json, JsonObject, PipelineNode } from "@/shared/api/types";

export interface PipelineDocument {
  nodes: PipelineNode[];
  params?: JsonObject;
  /** `type`, and whatever else stands there: it is kept. */
  [field: string]: unknown;
}

/** The list of nodes of a loop; null: that of the pipeline itself. */
export type LoopId = string | null;

/** Ends the body of a loop: a way may lead there, and it is no node. */
export const LOOP_END = "loopEnd";

/** A node with what is around it. */
export interface Placed {
  node: PipelineNode;
  loop: LoopId;
  /** Loops around it. */
  depth: number;
  /** Its number in the list of its level. */
  index: number;
}

/** All nodes in the order of the document, those of a loop after the loop. */
export function placedNodes(document: PipelineDocument): Placed[] {
  return level(document.nodes, null, 0);
}

function level(nodes: PipelineNode[], loop: LoopId, depth: number): Placed[] {
  return nodes.flatMap((node, index) => [
    { node, loop, depth, index },
    ...level(node.nodes ?? [], node.id, depth + 1),
  ]);
}

/** By id; of several nodes with one id the first. Kept, because many ask for it. */
const INDEXES = new WeakMap<PipelineDocument, ReadonlyMap<string, Placed>>();

function indexOf(document: PipelineDocument): ReadonlyMap<string, Placed> {
  const known = INDEXES.get(document);
  if (known) return known;

  const index = new Map<string, Placed>();
  for (const placed of placedNodes(document)) {
    if (!index.has(placed.node.id)) index.set(placed.node.id, placed);
  }
  INDEXES.set(document, index);
  return index;
}

export function findPlaced(document: PipelineDocument, id: string): Placed | undefined {
  return indexOf(document).get(id);
}

export function findNode(
  document: PipelineDocument,
  id: string,
): PipelineNode | undefined {
  return indexOf(document).get(id)?.node;
}

/** The loop around a node; null: none, also if there is no such node. */
export function loopOf(document: PipelineDocument, id: string): LoopId {
  return indexOf(document).get(id)?.loop ?? null;
}

/** The nodes of one level. */
export function nodesIn(document: PipelineDocument, loop: LoopId): PipelineNode[] {
  if (loop === null) return document.nodes;
  return findNode(document, loop)?.nodes ?? [];
}

/** The loops around a node, the innermost first. */
export function loopsAround(document: PipelineDocument, id: string): string[] {
  const loops: string[] = [];
  let loop = loopOf(document, id);
  while (loop !== null) {
    loops.push(loop);
    loop = loopOf(document, loop);
  }
  return loops;
}

export function allIds(document: PipelineDocument): ReadonlySet<string> {
  return new Set(indexOf(document).keys());
}

export function entryOf(document: PipelineDocument): PipelineNode | undefined {
  return document.nodes.find((node) => node.type === "entry");
}

export function endOf(document: PipelineDocument): PipelineNode | undefined {
  return document.nodes.find((node) => node.type === "end");
}

/** The route under which it is called; undefined: it has none yet. */
export function routeOf(document: PipelineDocument): string | undefined {
  const api = entryOf(document)?.api;
  const route = isObject(api) ? api.route : undefined;
  return typeof route === "string" && route !== "" ? route : undefined;
}

/** An object of JSON, and no list. */
export function isObject(value: unknown): value is Record<string, Json> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** The names that references and code use otherwise, so that no node can have them. */
const RESERVED = new Set(["node", "pipeline", "input", "loop", LOOP_END]);

const NODE_ID = /^[A-Za-z_][A-Za-z0-9_-]{0,99}$/;

/** Whether a node can be called so, as far as the form of the word goes. */
export function isNodeId(text: string): boolean {
  return NODE_ID.test(text) && !RESERVED.has(text);
}

/** An id that no node has: the one that is wished for, or with a number behind it. */
export function freshId(
  document: PipelineDocument,
  like: string,
  taken: ReadonlySet<string> = allIds(document),
): string {
  const wished = asNodeId(like);
  if (!taken.has(wished)) return wished;

  const stem = wished.replace(/\d+$/, "") || "node_";
  let number = 2;
  while (taken.has(`${stem}${String(number)}`)) number += 1;
  return `${stem}${String(number)}`;
}

const LONGEST_STEM = 90;

/** `face-detect` stays, `My step!` becomes `My_step`. */
function asNodeId(like: string): string {
  const text = like
    .replace(/[^A-Za-z0-9_-]+/g, "_")
    .replace(/^[^A-Za-z_]+|_+$/g, "")
    .slice(0, LONGEST_STEM);
  if (text === "") return "step";
  return isNodeId(text) ? text : `${text}_`;
}

/** Change the list of one level. */
export function changeNodes(
  document: PipelineDocument,
  loop: LoopId,
  change: (nodes: PipelineNode[]) => PipelineNode[],
): PipelineDocument {
  if (loop !== null) {
    return changeNode(document, loop, (node) => {
      const before = node.nodes ?? [];
      const nodes = change(before);
      return nodes === before ? node : { ...node, nodes };
    });
  }
  const nodes = change(document.nodes);
  return nodes === document.nodes ? document : { ...document, nodes };
}

/** Change one node, wherever it is. If it stays the same, so does the document. */
export function changeNode(
  document: PipelineDocument,
  id: string,
  change: (node: PipelineNode) => PipelineNode,
): PipelineDocument {
  const placed = findPlaced(document, id);
  if (!placed) return document;
  const changed = change(placed.node);
  if (changed === placed.node) return document;

  return changeNodes(document, placed.loop, (nodes) =>
    nodes.map((node) => (node === placed.node ? changed : node)),
  );
}

/** Change all nodes, those of bodies first. What stays the same is kept. */
export function changeAll(
  document: PipelineDocument,
  change: (node: PipelineNode, loop: LoopId) => PipelineNode,
): PipelineDocument {
  const nodes = changedList(document.nodes, null, change);
  return nodes === document.nodes ? document : { ...document, nodes };
}

function changedList(
  nodes: PipelineNode[],
  loop: LoopId,
  change: (node: PipelineNode, loop: LoopId) => PipelineNode,
): PipelineNode[] {
  const changed = nodes.map((node) => {
    const body = node.nodes && changedList(node.nodes, node.id, change);
    const whole = body && body !== node.nodes ? { ...node, nodes: body } : node;
    return change(whole, loop);
  });
  return changed.every((node, index) => node === nodes[index]) ? nodes : changed;
}
