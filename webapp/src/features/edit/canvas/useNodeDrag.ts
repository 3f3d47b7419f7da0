/** Nodes that are held by the pointer: they are put down in one step of the document. */
import { type NodeChange, useReactFlow } from "@xyflow/react";
import { useCallback, useMemo, useRef, useState } from "react";

import { moveToLoop } from "@/pipeline/edits/nodes";
import { loopOf } from "@/pipeline/document";
import type { Point } from "@/pipeline/layout";
import type { Picture } from "@/pipeline/place";

import { perform, useEdit } from "../store";
import { setCanvas, useCanvas } from "./canvasState";
import { isLoose, putOnWay } from "./insert";
import { loopAt, placeNodes } from "./moving";
import { cornersOf, type EditFlowNode } from "./toEditFlow";
import { wayAt } from "./wayAt";

export interface NodeDrag {
  /** Where the nodes are that are held; undefined: none is. */
  places: ReadonlyMap<string, Point> | undefined;
  onChange: (changes: NodeChange<EditFlowNode>[]) => void;
  onStart: () => void;
  onDrag: (event: MouseEvent | TouchEvent | React.MouseEvent) => void;
  onStop: (event: MouseEvent | TouchEvent | React.MouseEvent) => void;
}

export function useNodeDrag(picture: Picture): NodeDrag {
  const [places, setPlaces] = useState<ReadonlyMap<string, Point>>();
  const held = useRef(new Map<string, Point>());
  // Found out once for each drag: it looks at all ways.
  const loose = useRef<boolean>(undefined);
  const { screenToFlowPosition } = useReactFlow();

  const onChange = useCallback((changes: NodeChange<EditFlowNode>[]) => {
    let isMoved = false;
    for (const change of changes) {
      if (change.type !== "position" || !change.position || !change.dragging) continue;
      held.current.set(change.id, change.position);
      isMoved = true;
    }
    if (isMoved) setPlaces(new Map(held.current));
  }, []);

  // They stay the same while a node is held: React Flow compares them at each frame.
  const handlers = useMemo(() => {
    const corners = cornersOf(picture);
    const loopUnder = (event: Pointer, ids: Iterable<string>) =>
      loopAt(picture, corners, screenToFlowPosition(pointOf(event)), new Set(ids));

    const onDrag = (event: Pointer) => {
      const { document } = useEdit.getState();
      const [only, ...others] = [...held.current.keys()];
      const isAlone = only !== undefined && others.length === 0;
      if (isAlone) loose.current ??= isLoose(document, only);
      const way = isAlone && loose.current ? wayAt(pointOf(event)) : undefined;
      const loop = loopUnder(event, held.current.keys());
      const isNew = only !== undefined && loop !== loopOf(document, only);
      const lit = way ?? (isNew && loop !== null ? loop : undefined);
      if (useCanvas.getState().lit !== lit) setCanvas({ lit });
    };

    const onStop = (event: Pointer) => {
      const moved = new Map(held.current);
      const { lit } = useCanvas.getState();
      held.current.clear();
      setPlaces(undefined);
      setCanvas({ lit: undefined });
      if (moved.size === 0) return;
      putDown(picture, moved, { loop: loopUnder(event, moved.keys()), lit });
    };

    return {
      onStart: () => {
        loose.current = undefined;
        held.current.clear();
      },
      onDrag,
      onStop,
    };
  }, [picture, screenToFlowPosition]);
  return { ...handlers, places, onChange };
}

type Pointer = MouseEvent | TouchEvent | React.MouseEvent;

function pointOf(event: Pointer): Point {
  const at = "changedTouches" in event ? event.changedTouches[0] : event;
  return { x: at?.clientX ?? 0, y: at?.clientY ?? 0 };
}

interface Target {
  loop: string | null;
  lit: string | undefined;
}

function putDown(
  picture: Picture,
  moved: ReadonlyMap<string, Point>,
  { loop, lit }: Target,
): void {
  const ids = [...moved.keys()];
  const [first] = ids;
  const way = picture.ways.find(({ id }) => id === lit);

  perform(
    (document) => {
      if (way && first !== undefined) return putOnWay(document, first, way);
      const strangers = ids.filter((id) => loopOf(document, id) !== loop);
      if (strangers.length > 0) return moveToLoop(document, strangers, loop);
      return placeNodes(document, picture, moved);
    },
    { select: ids },
  );
}
