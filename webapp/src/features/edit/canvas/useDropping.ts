/** What is dragged from the palette, and where it is dropped. */
import { useReactFlow } from "@xyflow/react";
import type { DragEvent } from "react";

import type { Picture } from "@/pipeline/place";
import { isPlacedByHand } from "@/pipeline/place";

import { useEdit } from "../store";
import { setCanvas, type Spot, useCanvas } from "./canvasState";
import { insertItem } from "./insert";
import { loopAt } from "./moving";
import type { PaletteItem } from "./paletteItems";
import { cornersOf } from "./toEditFlow";
import { wayAt } from "./wayAt";

/** The browser shows to others only of which type a thing is while it is dragged. */
export const ITEM_TYPE = "application/x-marketplace-item";

export function useDropping(picture: Picture) {
  const { screenToFlowPosition } = useReactFlow();

  return {
    onDragOver: (event: DragEvent) => {
      if (!event.dataTransfer.types.includes(ITEM_TYPE)) return;
      event.preventDefault();
      event.dataTransfer.dropEffect = "copy";
      const lit = wayAt({ x: event.clientX, y: event.clientY });
      if (useCanvas.getState().lit !== lit) setCanvas({ lit });
    },
    onDragLeave: (event: DragEvent) => {
      const into = event.relatedTarget;
      if (into instanceof Node && event.currentTarget.contains(into)) return;
      setCanvas({ lit: undefined });
    },
    onDrop: (event: DragEvent) => {
      const text = event.dataTransfer.getData(ITEM_TYPE);
      if (text === "") return;
      event.preventDefault();
      const pointer = { x: event.clientX, y: event.clientY };
      const lit = wayAt(pointer);
      const way = picture.ways.find(({ id }) => id === lit);
      const spot: Spot = way ? { kind: "on", way } : looseSpot();
      insertItem(JSON.parse(text) as PaletteItem, spot);

      function looseSpot(): Spot {
        const at = screenToFlowPosition(pointer);
        const corners = cornersOf(picture);
        const loop = loopAt(picture, corners, at, new Set());
        const { document } = useEdit.getState();
        // Where a layout decides, a place would be the only one in its level.
        const isByHand = loop === null && isPlacedByHand(document.nodes);
        const place = { x: Math.round(at.x - 104), y: Math.round(at.y - 30) };
        return { kind: "loose", loop, ...(isByHand && { at: place }) };
      }
    },
  };
}
