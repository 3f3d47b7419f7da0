/** Adds what was chosen in the palette at a spot of the canvas: one step to undo. */
import {
  changeNodes,
  findNode,
  freshId,
  LOOP_END,
  loopOf,
  nodesIn,
  type PipelineDocument,
} from "@/pipeline/document";
import { setField } from "@/pipeline/edits/fields";
import { addNode, newNode } from "@/pipeline/edits/nodes";
import {
  connect,
  disconnect,
  hasWay,
  targetsOf,
  type WayEnds,
} from "@/pipeline/edits/ways";
import { type EditSide, type EditWay, editWays, loopOfMark } from "@/pipeline/editWays";
import { offersFor } from "@/pipeline/offers";
import type { PipelineNode } from "@/shared/api/types";

import { perform, useEdit } from "../store";
import { knownRoutes } from "../panel/knownRoutes";
import { proposeFor } from "../panel/proposing";
import { setCanvas, type Spot } from "./canvasState";
import { focusNode } from "./picking";
import type { PaletteItem } from "./paletteItems";

/** A way as the document says it. */
export function docWay({ from, to, side }: EditWay): WayEnds {
  return {
    from,
    to: loopOfMark(to) === undefined ? to : LOOP_END,
    side: docSide(side),
  };
}

export function docSide(side: EditSide): WayEnds["side"] {
  return side === "next" ? undefined : side;
}

/** Add a node of this kind; its id, or undefined if it cannot be there. */
export function insertItem(item: PaletteItem, spot: Spot): string {
  const { document } = useEdit.getState();
  const id = freshId(document, item.like);
  const node = newNode(item.type, id, item.fields);

  perform((before) => withItems(inserted(before, node, spot), id), { select: [id] });
  setCanvas({ picker: undefined, lit: undefined, way: undefined });
  proposeFor(id);
  focusNode(id);
  return id;
}

/** Lead there. What ended the item goes on instead: both at once are seldom meant. */
export function lead(document: PipelineDocument, way: WayEnds): PipelineDocument {
  const led = connect(document, way);
  const node = findNode(document, way.from);
  const [only, ...others] = node ? targetsOf(node, way.side) : [];
  const isEnd = only === LOOP_END && others.length === 0;
  return isEnd && led !== document ? disconnect(led, { ...way, to: LOOP_END }) : led;
}

/** Lead there; what leads there already does not any more. */
export function toggleWay(way: WayEnds): void {
  const isThere = hasWay(useEdit.getState().document, way);
  perform((before) => (isThere ? disconnect : lead)(before, way));
  setCanvas({ picker: undefined });
  if (way.to !== LOOP_END && !isThere) proposeFor(way.to);
  focusNode(way.from);
}

/** A new loop goes through the nearest list there is. */
function withItems(document: PipelineDocument, id: string): PipelineDocument {
  const node = findNode(document, id);
  if (node?.type !== "loop") return document;
  const known = { nodes: document.nodes, routes: knownRoutes() };
  const list = offersFor(known, node, { type: "array" }).find(
    ({ fit }) => fit === "fits",
  );
  return list ? setField(document, id, "items", list.reference) : document;
}

export function inserted(
  document: PipelineDocument,
  node: PipelineNode,
  spot: Spot,
): PipelineDocument {
  switch (spot.kind) {
    case "after":
      return addNode(document, node, {
        after: { id: spot.from, side: docSide(spot.side) },
        ...(spot.at && { at: spot.at }),
      });
    case "on":
      return onWay(document, node, spot.way);
    case "loose":
      return addNode(document, node, {
        loop: spot.loop,
        ...(spot.at && { at: spot.at }),
      });
  }
}

function onWay(
  document: PipelineDocument,
  node: PipelineNode,
  way: EditWay,
): PipelineDocument {
  const begins = loopOfMark(way.from);
  if (begins !== undefined) return asFirst(document, node, begins);
  if (!way.implied) return addNode(document, node, { on: docWay(way) });
  return addNode(document, node, { after: { id: way.from } });
}

/** The first node of a body is where each item begins. */
function asFirst(
  document: PipelineDocument,
  node: PipelineNode,
  loop: string,
): PipelineDocument {
  return changeNodes(document, loop, (nodes) => {
    const next = nodes[0]?.id ?? LOOP_END;
    return [{ ...node, next: [next] }, ...nodes];
  });
}

/** Put a node that no way touches on a way. */
export function putOnWay(
  document: PipelineDocument,
  id: string,
  way: EditWay,
): PipelineDocument {
  if (loopOfMark(way.from) !== undefined || way.implied) return document;
  const ends = docWay(way);
  const without = disconnect(document, ends);
  const led = connect(without, { ...ends, to: id });
  return connect(led, { from: id, to: ends.to, side: undefined });
}

/** Whether no way leads to a node or from it. */
export function isLoose(document: PipelineDocument, id: string): boolean {
  const node = findNode(document, id);
  if (!node || node.type === "entry" || node.type === "end") return false;
  const loop = loopOf(document, id);
  const ways = editWays(nodesIn(document, loop), loop);
  return ways.every((way) => way.implied || (way.from !== id && way.to !== id));
}
