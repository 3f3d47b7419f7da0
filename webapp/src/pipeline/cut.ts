/**
 * “Run up to here”: the document cut behind a node, so that its output is the result.
 *
 * What is kept is the node, all that can run before it, and an end. Of a node in a loop
 * the result is a list: its output for each item.
 */
import type { PipelineNode } from "@/shared/api/types";

import {
  changeNodes,
  endOf,
  findNode,
  freshId,
  LOOP_END,
  type LoopId,
  loopOf,
  nodesIn,
  type PipelineDocument,
} from "./document";
import { mapTargets, sidesOf, targetsOf, withTargets } from "./edits/ways";

/** The document up to a node; undefined if there is no such node. */
export function cutAt(
  document: PipelineDocument,
  id: string,
): PipelineDocument | undefined {
  const node = findNode(document, id);
  if (!node) return undefined;
  if (node.type === "end") return document;

  let cut = document;
  let last = id;
  for (;;) {
    const loop = loopOf(document, last);
    cut = cutLevel(cut, loop, last);
    if (loop === null) return cut;
    cut = collecting(cut, loop, last);
    last = loop;
  }
}

/** Of one level only what comes before the node, and the node. */
function cutLevel(
  document: PipelineDocument,
  loop: LoopId,
  last: string,
): PipelineDocument {
  const end = endOf(document);
  const endId = end?.id ?? freshId(document, "result");
  const nodes = nodesIn(document, loop);
  const kept = new Set([last, ...before(nodes, last)]);
  kept.delete(endId);
  const behind = loop === null ? endId : LOOP_END;

  return changeNodes(document, loop, () => {
    const remaining = nodes
      .filter(({ id }) => kept.has(id))
      .map((node) => mapTargets(node, (id) => (kept.has(id) ? [id] : [])))
      .map((node) => (node.id === last ? leadingTo(node, behind) : node));
    return loop === null
      ? [...remaining, { id: endId, type: "end" } satisfies PipelineNode]
      : remaining;
  });
}

/** After the node comes the end, and nothing else: no round, no mended failure. */
function leadingTo(node: PipelineNode, target: string): PipelineNode {
  return sidesOf(node).reduce<PipelineNode>(
    (changed, side) => withTargets(changed, side, side === "catch" ? [] : [target]),
    withTargets(node, undefined, []),
  );
}

/** The loop gives out what the node gave for each item. */
function collecting(
  document: PipelineDocument,
  loop: string,
  id: string,
): PipelineDocument {
  return changeNodes(document, loopOf(document, loop), (nodes) =>
    nodes.map((node) =>
      node.id === loop ? { ...node, collect: { [id]: [`${id}.out`] } } : node,
    ),
  );
}

/** All nodes of a level from which a way leads to one of them. */
export function before(nodes: PipelineNode[], id: string): Set<string> {
  const sources = new Map<string, string[]>();
  for (const node of nodes) {
    for (const target of sidesOf(node).flatMap((side) => targetsOf(node, side))) {
      sources.set(target, [...(sources.get(target) ?? []), node.id]);
    }
  }

  const found = new Set<string>();
  const waiting = [id];
  for (;;) {
    const next = waiting.pop();
    if (next === undefined) return found;
    for (const source of sources.get(next) ?? []) {
      if (found.has(source)) continue;
      found.add(source);
      waiting.push(source);
    }
  }
}
