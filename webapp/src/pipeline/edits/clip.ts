/** Nodes as they are copied, also into other windows: JSON that anybody may have made. */
import type { PipelineNode } from "@/shared/api/types";

import {
  allIds,
  changeNodes,
  endOf,
  entryOf,
  findPlaced,
  freshId,
  isObject,
  type LoopId,
  loopsAround,
  type PipelineDocument,
  placedNodes,
} from "../document";
import type { Point } from "../layout";
import { parsed, type Refusal } from "../json";
import { readNodes, type Unreadable } from "../reading";
import { textOfJson } from "../text";
import { withinLevel } from "./nodes";
import { renameLocally } from "./rename";

export interface Clip {
  nodes: PipelineNode[];
}

/** The nodes that are chosen; those within a chosen loop come with it. */
export function clipOf(document: PipelineDocument, ids: Iterable<string>): Clip {
  const chosen = new Set(ids);
  const nodes = [...chosen].flatMap((id) => {
    const isWithin = loopsAround(document, id).some((loop) => chosen.has(loop));
    const placed = findPlaced(document, id);
    return placed && !isWithin ? [placed] : [];
  });
  // In the order of the document, whatever was chosen first.
  const order = new Map(placedNodes(document).map(({ node }, at) => [node.id, at]));
  const at = (id: string) => order.get(id) ?? 0;
  nodes.sort((one, other) => at(one.node.id) - at(other.node.id));
  return { nodes: nodes.map(({ node }) => node) };
}

/** The text that is copied: a piece of a document, which people can read. */
export function textOfClip(clip: Clip): string {
  return textOfJson({ type: "nodes", nodes: clip.nodes });
}

/** Read what was copied: nodes, a node, or a whole pipeline. */
export function readClip(
  text: string,
):
  | { clip: Clip; problem?: undefined }
  | { clip?: undefined; problem: Refusal | Unreadable } {
  const { json, problem } = parsed(text);
  if (problem) return { problem };

  const nodes = nodesWithin(json);
  const read = readNodes(nodes);
  return read.problem ? { problem: read.problem } : { clip: { nodes: read.nodes } };
}

function nodesWithin(json: unknown): unknown {
  if (Array.isArray(json)) return json;
  if (!isObject(json)) return undefined;
  if (json.type === "nodes" || json.type === "pipeline") return json.nodes;
  return "id" in json ? [json] : json.nodes;
}

/** How far beside the nodes that were copied the new ones are drawn. */
const BESIDE: Point = { x: 40, y: 40 };

/**
 * Put nodes into a level, under ids that are free. They keep the ways between them, and
 * name each other by the new ids. A second entry or end is left out.
 */
export function pasteClip(
  document: PipelineDocument,
  clip: Clip,
  loop: LoopId = null,
): { document: PipelineDocument; ids: string[] } {
  const nodes = clip.nodes.filter((node) => fits(document, node, loop));
  const taken = new Set(allIds(document));
  const names = new Map<string, string>();
  for (const { node } of placedNodes({ nodes })) {
    const id = freshId(document, node.id, taken);
    taken.add(id);
    if (id !== node.id) names.set(node.id, id);
  }

  const own = renameLocally({ nodes }, names).nodes;
  const beside = new Set(own.map(({ id }) => id));
  const placed = own.map((node) => withinLevel(moved(node), beside, loop));
  return {
    document: changeNodes(document, loop, (before) => [...before, ...placed]),
    ids: placed.map(({ id }) => id),
  };
}

function fits(document: PipelineDocument, node: PipelineNode, loop: LoopId): boolean {
  if (node.type === "entry") return loop === null && !entryOf(document);
  if (node.type === "end") return loop === null && !endOf(document);
  return true;
}

function moved(node: PipelineNode): PipelineNode {
  const place = node.position as Point | undefined;
  if (!place) return node;
  return { ...node, position: { x: place.x + BESIDE.x, y: place.y + BESIDE.y } };
}

/** The same nodes again, in the levels where they are. */
export function duplicateNodes(
  document: PipelineDocument,
  ids: Iterable<string>,
): { document: PipelineDocument; ids: string[] } {
  const byLoop = new Map<LoopId, PipelineNode[]>();
  for (const node of clipOf(document, ids).nodes) {
    const loop = findPlaced(document, node.id)?.loop ?? null;
    byLoop.set(loop, [...(byLoop.get(loop) ?? []), node]);
  }

  let changed = document;
  const added: string[] = [];
  for (const [loop, nodes] of byLoop) {
    const pasted = pasteClip(changed, { nodes }, loop);
    changed = pasted.document;
    added.push(...pasted.ids);
  }
  return { document: changed, ids: added };
}
