/** Keys that mean something only where the focus is on the canvas. */
import { type RefObject, useEffect } from "react";

import { loopOf } from "@/pipeline/document";

import { useEdit } from "../store";
import { useUi } from "../ui";
import { acceptProposal } from "../panel/proposing";
import { setCanvas, useCanvas } from "./canvasState";
import { focusNode } from "./picking";
import { shownPicture } from "./shownPicture";
import { type Direction, walked } from "./walking";

const ARROWS: Record<string, Direction> = {
  ArrowUp: "up",
  ArrowDown: "down",
  ArrowLeft: "left",
  ArrowRight: "right",
};

export function useCanvasKeys(frame: RefObject<HTMLDivElement | null>): void {
  useEffect(() => {
    const element = frame.current;
    if (!element) return undefined;

    const onKey = (event: KeyboardEvent) => {
      if (isElsewhere(event)) return;
      const handled = handle(event);
      if (handled) {
        event.preventDefault();
        event.stopPropagation();
      }
    };
    // Before React Flow, which moves nodes with the arrows.
    element.addEventListener("keydown", onKey, true);
    return () => {
      element.removeEventListener("keydown", onKey, true);
    };
  }, [frame]);
}

function isElsewhere({ target }: KeyboardEvent): boolean {
  return target instanceof Element && target.closest("input, textarea") !== null;
}

function handle(event: KeyboardEvent): boolean {
  if (event.ctrlKey || event.metaKey || event.altKey) return false;
  const { document, selection, select } = useEdit.getState();
  const current = selection.at(-1);

  const direction = ARROWS[event.key];
  if (direction) {
    const next =
      current === undefined
        ? document.nodes[0]?.id
        : walked(document.nodes, shownPicture(), current, direction);
    if (next === undefined) return true;
    select(event.shiftKey ? [...new Set([...selection, next])] : [next]);
    setCanvas({ way: undefined });
    focusNode(next);
    return true;
  }

  switch (event.key) {
    case "Enter":
      if (current === undefined) return false;
      useUi.getState().goTo(current);
      return true;
    case "Tab":
      if (!useCanvas.getState().proposal || event.shiftKey) return false;
      acceptProposal();
      return true;
    case "Escape":
      return escape(current);
    default:
      return false;
  }
}

/** Out of what is open; then out of the loop. The keyboard's place is never lost. */
function escape(current: string | undefined): boolean {
  const { proposal, way } = useCanvas.getState();
  if (proposal ?? way) {
    setCanvas({ proposal: undefined, way: undefined });
    return true;
  }
  const { document, select } = useEdit.getState();
  const loop = current === undefined ? null : loopOf(document, current);
  if (loop === null) return false;
  select([loop]);
  focusNode(loop);
  return true;
}
