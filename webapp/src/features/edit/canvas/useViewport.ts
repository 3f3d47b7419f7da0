/** Which part of the picture is seen: at first all of it, then what is chosen. */
import { useReactFlow } from "@xyflow/react";
import { type RefObject, useEffect, useRef } from "react";

import type { Picture } from "@/pipeline/place";
import { viewportOf } from "@/pipeline/viewport";

import { useEdit } from "../store";
import type { ArrangedPicture } from "./usePicture";
import { registerView } from "./view";

const MOVE_MS = 180;

export function useViewport(
  frame: RefObject<HTMLDivElement | null>,
  picture: Picture,
  isSettled: boolean,
): void {
  const flow = useReactFlow();
  const latest = useRef(picture);
  useEffect(() => {
    latest.current = picture;
  }, [picture]);

  useEffect(() => {
    const whole = (duration: number) => {
      const element = frame.current;
      if (!element || latest.current.boxes.length === 0) return;
      void flow.setViewport(wholeOf(latest.current, element), { duration });
    };
    registerView({
      whole: () => {
        whole(MOVE_MS);
      },
      show: (id) => {
        void flow.fitView({
          nodes: [{ id }],
          duration: MOVE_MS,
          minZoom: flow.getZoom(),
          maxZoom: flow.getZoom(),
        });
      },
    });
    return () => {
      registerView(undefined);
    };
  }, [flow, frame]);

  useFirstLook(frame, { picture, isSettled }, flow);
  useFollowing(frame, flow);
}

/** The viewport in which the picture is seen whole, as far as it can still be read. */
function wholeOf(picture: Picture, frame: HTMLElement) {
  const { left, top } = originOf(picture);
  const seen = { width: frame.clientWidth, height: frame.clientHeight };
  const { x, y, zoom } = viewportOf(picture, seen);
  return { x: x - left * zoom, y: y - top * zoom, zoom };
}

function originOf({ boxes }: Picture): { left: number; top: number } {
  const outer = boxes.filter(({ loop }) => loop === null);
  return {
    left: Math.min(...outer.map(({ x }) => x)),
    top: Math.min(...outer.map(({ y }) => y)),
  };
}

type Flow = ReturnType<typeof useReactFlow>;

/**
 * When the first nodes are there the whole picture is shown, once for each pipeline; of a
 * large one that a worker arranges, again when it is arranged.
 */
function useFirstLook(
  frame: RefObject<HTMLDivElement | null>,
  { picture, isSettled }: ArrangedPicture,
  flow: Flow,
): void {
  const opened = useEdit((state) => state.base);
  const seen = useRef<unknown>(undefined);
  const isThere = picture.boxes.length > 0;

  useEffect(() => {
    const element = frame.current;
    if (!isThere || !element || seen.current === opened) return;
    // A version that was saved is a new base of the same pipeline.
    const isFirst = seen.current === undefined;
    if (isSettled) seen.current = opened;
    if (!isFirst) return;
    void flow.setViewport(wholeOf(picture, element));
  }, [flow, frame, isThere, isSettled, opened, picture]);
}

/** One node that is chosen comes into view, whoever chose it. */
function useFollowing(frame: RefObject<HTMLDivElement | null>, flow: Flow): void {
  const chosen = useEdit(({ selection }) =>
    selection.length === 1 ? selection[0] : undefined,
  );

  useEffect(() => {
    if (chosen === undefined) return undefined;
    // After the layout has moved it.
    const timer = window.setTimeout(() => {
      const element = frame.current;
      const node = flow.getInternalNode(chosen);
      if (!element || !node) return;
      const { x, y } = node.internals.positionAbsolute;
      const corner = flow.flowToScreenPosition({ x, y });
      const size = { width: node.width ?? 0, height: node.height ?? 0 };
      const seen = element.getBoundingClientRect();
      const zoom = flow.getZoom();
      const isSeen =
        corner.x >= seen.left &&
        corner.y >= seen.top &&
        corner.x + Math.min(size.width * zoom, 208) <= seen.right &&
        corner.y + Math.min(size.height * zoom, 60) <= seen.bottom;
      if (isSeen) return;
      void flow.setCenter(x + size.width / 2, y + Math.min(size.height, 120) / 2, {
        zoom,
        duration: MOVE_MS,
      });
    }, 80);
    return () => {
      window.clearTimeout(timer);
    };
  }, [chosen, flow, frame]);
}
