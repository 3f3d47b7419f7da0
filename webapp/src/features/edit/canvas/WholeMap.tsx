/**
 * The whole picture, very small, and which part of it is seen. It is drawn from the
 * picture: React Flow's own map looks at every node in each frame of a drag.
 */
import { Panel, useReactFlow, useStore } from "@xyflow/react";
import { type PointerEvent, useMemo } from "react";

import type { Picture } from "@/pipeline/place";

interface WholeMapProps {
  picture: Picture;
  label: string;
}

const MARGIN = 40;

export function WholeMap({ picture, label }: WholeMapProps) {
  const flow = useReactFlow();
  const seen = useStore(({ transform: [x, y, zoom], width, height }) =>
    rectangle(-x / zoom, -y / zoom, width / zoom, height / zoom),
  );
  const { around, boxes } = useMemo(() => drawn(picture), [picture]);

  const look = (event: PointerEvent<SVGSVGElement>) => {
    if (event.buttons !== 1) return;
    const toPicture = event.currentTarget.getScreenCTM()?.inverse();
    if (!toPicture) return;
    const { x, y } = new DOMPoint(event.clientX, event.clientY).matrixTransform(
      toPicture,
    );
    void flow.setCenter(x, y, { zoom: flow.getZoom() });
  };

  return (
    <Panel position="bottom-left" className="whole-map">
      <svg
        role="img"
        aria-label={label}
        viewBox={around}
        onPointerDown={(event) => {
          event.currentTarget.setPointerCapture(event.pointerId);
          look(event);
        }}
        onPointerMove={look}
      >
        <path className="whole-map-boxes" d={boxes} />
        <path className="whole-map-seen" d={seen} />
      </svg>
    </Panel>
  );
}

function rectangle(x: number, y: number, width: number, height: number): string {
  const [w, h] = [String(width), String(height)];
  return `M${String(x)} ${String(y)}h${w}v${h}h-${w}z`;
}

/** The boxes of the outermost level, as one path, and what is around them. */
function drawn({ boxes }: Picture): { around: string; boxes: string } {
  const outer = boxes.filter(({ loop }) => loop === null);
  const left = Math.min(...outer.map(({ x }) => x)) - MARGIN;
  const top = Math.min(...outer.map(({ y }) => y)) - MARGIN;
  const right = Math.max(...outer.map(({ x, width }) => x + width)) + MARGIN;
  const bottom = Math.max(...outer.map(({ y, height }) => y + height)) + MARGIN;
  return {
    around: [left, top, right - left, bottom - top].join(" "),
    boxes: outer
      .map(({ x, y, width, height }) => rectangle(x, y, width, height))
      .join(""),
  };
}
