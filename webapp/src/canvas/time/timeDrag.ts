/** Pointing at a line of time, and dragging along it. */
import type { PointerEvent } from "react";

import type { Span } from "@/pipeline/timeline";

import { instantAt } from "./timeScale";

/** The pointer's part of a cursor: for every element as wide as the line. */
export function timeDrag(whole: Span, onMove: (at: number | undefined) => void) {
  const move = (event: PointerEvent<HTMLElement>) => {
    const { left, width } = event.currentTarget.getBoundingClientRect();
    onMove(instantAt((event.clientX - left) / Math.max(1, width), whole));
  };

  return {
    onPointerDown: (event: PointerEvent<HTMLElement>) => {
      if (event.button !== 0) return;
      event.currentTarget.setPointerCapture(event.pointerId);
      move(event);
    },
    onPointerMove: (event: PointerEvent<HTMLElement>) => {
      if (event.currentTarget.hasPointerCapture(event.pointerId)) move(event);
    },
  };
}
