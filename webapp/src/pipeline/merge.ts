/**
 * Two versions that come from one: what only one of them changed is taken from it, and
 * of what both changed a person says which one counts. Node by node.
 */
import type { PipelineNode } from "@/shared/api/types";

import {
  findNode,
  findPlaced,
  type LoopId,
  type PipelineDocument,
  placedNodes,
} from "./document";
import { isEqual } from "./equal";

export type Choice = "mine" | "theirs";

/** A node, or the pipeline's own fields, that both changed in different ways. */
export interface Clash {
  /** `PIPELINE` for the fields of the pipeline itself. */
  id: string;
  base: PipelineNode | undefined;
  mine: PipelineNode | undefined;
  theirs: PipelineNode | undefined;
}

/** No node can be called so. */
export const PIPELINE = "";

export interface Versions {
  base: PipelineDocument;
  mine: PipelineDocument;
  theirs: PipelineDocument;
}

/** What both changed, and not in the same way. */
export function clashesOf(versions: Versions): Clash[] {
  return idsOf(versions).flatMap((id) => {
    const { base, mine, theirs } = shells(versions, id);
    const isSame = isEqual(mine, theirs);
    const onlyOne = isEqual(base, mine) || isEqual(base, theirs);
    return isSame || onlyOne ? [] : [{ id, ...ofNodes(versions, id) }];
  });
}

/** The ids of nodes that the other version changed, and this one did not. */
export function takenFrom(versions: Versions): string[] {
  return idsOf(versions).filter((id) => {
    const { base, mine, theirs } = shells(versions, id);
    return isEqual(base, mine) && !isEqual(base, theirs);
  });
}

/** One document of both; of what clashes, what is chosen, else mine. */
export function merged(
  versions: Versions,
  choices: ReadonlyMap<string, Choice>,
): PipelineDocument {
  const { base, mine, theirs } = versions;
  const sourceOf = (id: string): PipelineDocument => {
    const shell = shells(versions, id);
    const isMineOld = isEqual(shell.base, shell.mine);
    const isTheirsOld = isEqual(shell.base, shell.theirs);
    // Nothing but its place: where I put it, if I moved it.
    if (isMineOld && isTheirsOld) return isMoved(base, mine, id) ? mine : theirs;
    if (isMineOld) return theirs;
    if (isTheirsOld) return mine;
    return choices.get(id) === "theirs" ? theirs : mine;
  };

  const own = sourceOf(PIPELINE);
  return { ...own, nodes: listOf({ base, mine, theirs }, null, sourceOf) };
}

/** A level: in my order, and what only they have behind what it stands behind there. */
function listOf(
  versions: Versions,
  loop: LoopId,
  sourceOf: (id: string) => PipelineDocument,
): PipelineNode[] {
  const levelOf = (document: PipelineDocument) =>
    placedNodes(document)
      .filter((placed) => placed.loop === loop)
      .map(({ node }) => node.id);

  const order = levelOf(versions.mine);
  let behind = 0;
  for (const id of levelOf(versions.theirs)) {
    const at = order.indexOf(id);
    if (at >= 0) {
      behind = at + 1;
    } else {
      order.splice(behind, 0, id);
      behind += 1;
    }
  }

  return order.flatMap((id) => {
    const placed = findPlaced(sourceOf(id), id);
    if (!placed || placed.loop !== loop) return [];
    const { node } = placed;
    // Where one has no such loop, its body belongs to the choice.
    if (!node.nodes || isMissing(versions, id)) return [node];
    const nodes = listOf(versions, id, sourceOf);
    return [isSameList(nodes, node.nodes) ? node : { ...node, nodes }];
  });
}

function isSameList(some: PipelineNode[], others: PipelineNode[]): boolean {
  return some.length === others.length && some.every((node, at) => node === others[at]);
}

function idsOf({ base, mine, theirs }: Versions): string[] {
  const ids = [theirs, mine, base].flatMap((document) =>
    placedNodes(document).map(({ node }) => node.id),
  );
  return [PIPELINE, ...new Set(ids)];
}

function ofNodes({ base, mine, theirs }: Versions, id: string) {
  return {
    base: findNode(base, id),
    mine: findNode(mine, id),
    theirs: findNode(theirs, id),
  };
}

function isMoved(base: PipelineDocument, mine: PipelineDocument, id: string): boolean {
  const before = findNode(base, id)?.position;
  return !isEqual(before, findNode(mine, id)?.position);
}

/** Whether a node is not in all of them. */
function isMissing({ base, mine, theirs }: Versions, id: string): boolean {
  return [base, mine, theirs].some((document) => !findNode(document, id));
}

/** What counts of a node, in each of them. */
function shells(versions: Versions, id: string) {
  const { base, mine, theirs } = versions;
  const isWhole = isMissing(versions, id);
  return {
    base: shell(base, id, isWhole),
    mine: shell(mine, id, isWhole),
    theirs: shell(theirs, id, isWhole),
  };
}

/** Not the body of a loop, whose nodes count by themselves, if all have the loop. */
function shell(document: PipelineDocument, id: string, isWhole: boolean): unknown {
  if (id === PIPELINE) return without(document, "nodes");
  const placed = findPlaced(document, id);
  if (!placed) return undefined;
  // Where it is drawn is nobody's work to be lost: moving a node is no change to clash.
  const fields = without(placed.node, "position");
  return { loop: placed.loop, ...(isWhole ? fields : without(fields, "nodes")) };
}

function without(object: Record<string, unknown>, name: string) {
  return Object.fromEntries(Object.entries(object).filter(([key]) => key !== name));
}
