/** Which part of a picture is seen, and how large. */
import type { Box, Layout, Point } from "./layout";

/** Words cannot be read below it. */
const MIN_ZOOM = 0.7;
const MARGIN = 20;

export interface Viewport extends Point {
  zoom: number;
}

interface Size {
  width: number;
  height: number;
}

/**
 * The whole picture if it can be read then. What is too wide begins with its first node,
 * what is too high at the top.
 */
export function viewportOf(layout: Size, shown: Size, first?: Box): Viewport {
  const room = { width: shown.width - 2 * MARGIN, height: shown.height - 2 * MARGIN };
  const fitting = Math.min(room.width / layout.width, room.height / layout.height);
  const zoom = Math.max(MIN_ZOOM, Math.min(1, fitting));

  const width = layout.width * zoom;
  const height = layout.height * zoom;
  const isTooWide = first !== undefined && width > room.width;
  return {
    zoom,
    x: isTooWide
      ? shown.width / 2 - (first.x + first.width / 2) * zoom
      : (shown.width - width) / 2,
    y: height <= room.height ? (shown.height - height) / 2 : MARGIN,
  };
}

/** How high a picture is best shown: no empty space, and not more than `most`. */
export function heightFor(layout: Layout, width: number, most: number): number {
  const zoom = Math.max(MIN_ZOOM, Math.min(1, (width - 2 * MARGIN) / layout.width));
  return Math.min(most, layout.height * zoom + 2 * MARGIN);
}

/** Whether nothing of a picture is outside of what is shown. */
export function isWhole(layout: Size, viewport: Viewport, shown: Size): boolean {
  return (
    layout.width * viewport.zoom <= shown.width &&
    layout.height * viewport.zoom <= shown.height
  );
}
