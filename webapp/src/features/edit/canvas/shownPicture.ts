/** The picture as it is shown now: actions that move or align nodes start from it. */
import type { Picture } from "@/pipeline/place";

let shown: Picture = { width: 0, height: 0, boxes: [], ways: [] };

export function setPicture(picture: Picture): void {
  shown = picture;
}

export function shownPicture(): Picture {
  return shown;
}
