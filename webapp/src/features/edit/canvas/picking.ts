/** Opens the small window in which something is chosen by name. */
import type { Point } from "@/pipeline/layout";

import { setCanvas, type Spot } from "./canvasState";

export function openAdd(at: Point, spot: Spot): void {
  setCanvas({ picker: { kind: "add", at, spot } });
}

/** Where a node is on the screen; without it, the middle of the window. */
export function placeOf(id: string | undefined): Point {
  const element =
    id === undefined ? null : document.querySelector(`[data-node="${CSS.escape(id)}"]`);
  if (!element) return { x: window.innerWidth / 2 - 160, y: window.innerHeight / 4 };
  const { left, bottom } = element.getBoundingClientRect();
  return { x: left, y: bottom + 8 };
}

/** A node outside of the picture is drawn only when that has moved there. */
const MAX_FRAMES = 60;

/** Give the focus to a node, or to its row in the outline, as soon as that is there. */
export function focusNode(id: string | undefined): void {
  if (id === undefined) return;
  let frames = 0;
  const attempt = () => {
    const name = CSS.escape(id);
    const node = document.querySelector<HTMLElement>(
      `[data-node="${name}"], [data-row="${name}"]`,
    );
    // The canvas moves its picture itself.
    node?.focus({ preventScroll: node.dataset.node !== undefined });
    frames += 1;
    if (!node && frames < MAX_FRAMES) requestAnimationFrame(attempt);
  };
  requestAnimationFrame(attempt);
}
