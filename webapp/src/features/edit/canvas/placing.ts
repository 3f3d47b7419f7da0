/** Tidying up, aligning and nudging, as steps of the document. */
import type { PlacedBox } from "@/pipeline/place";

import { perform, useEdit } from "../store";
import { aligned, type Alignment, placeNodes, tidied } from "./moving";
import { shownPicture } from "./shownPicture";
import { shownView } from "./view";

/** Let the layout arrange everything. */
export function tidy(): void {
  perform((document) => tidied(document));
  shownView()?.whole();
}

/** The chosen nodes, if they are in one level: others have no line in common. */
export function alignable(): PlacedBox[] {
  const { selection } = useEdit.getState();
  const boxes = shownPicture().boxes.filter(({ id }) => selection.includes(id));
  const isOneLevel = new Set(boxes.map(({ loop }) => loop)).size === 1;
  return isOneLevel && boxes.length > 1 ? boxes : [];
}

export function align(how: Alignment): void {
  const moved = aligned(alignable(), how);
  perform((document) => placeNodes(document, shownPicture(), moved));
}

/** Move what is chosen a little: in one direction in a row is one step. */
export function nudge(x: number, y: number): void {
  const { selection } = useEdit.getState();
  const boxes = shownPicture().boxes.filter(({ id }) => selection.includes(id));
  const moved = new Map(boxes.map((box) => [box.id, { x: box.x + x, y: box.y + y }]));
  perform((document) => placeNodes(document, shownPicture(), moved), { mark: "nudge" });
}
