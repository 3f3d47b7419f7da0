/** Where nodes come to stand when they are moved by hand. */
import { changeNodes, nodesIn, type PipelineDocument } from "@/pipeline/document";
import type { Point } from "@/pipeline/layout";
import type { Picture, PlacedBox } from "@/pipeline/place";

/**
 * Give the nodes that were moved their places. All others of their level get the places
 * at which they are seen: from now on no layout moves this level.
 */
export function placeNodes(
  document: PipelineDocument,
  picture: Picture,
  moved: ReadonlyMap<string, Point>,
): PipelineDocument {
  const boxes = new Map(picture.boxes.map((box) => [box.id, box]));
  const levels = new Set([...moved.keys()].map((id) => boxes.get(id)?.loop ?? null));

  return [...levels].reduce(
    (changed, loop) =>
      changeNodes(changed, loop, (nodes) =>
        nodes.map((node) => {
          const at = moved.get(node.id) ?? boxes.get(node.id);
          if (!at) return node;
          const position = { x: Math.round(at.x), y: Math.round(at.y) };
          const before = node.position as Partial<Point> | undefined;
          const stays = before?.x === position.x && before.y === position.y;
          return stays ? node : { ...node, position };
        }),
      ),
    document,
  );
}

/** Forget where the author put nodes: the layout arranges them. */
export function tidied(
  document: PipelineDocument,
  loop: string | null = null,
): PipelineDocument {
  const changed = changeNodes(document, loop, (nodes) => {
    const without = nodes.map((node) => {
      if (!("position" in node)) return node;
      const others = Object.entries(node).filter(([name]) => name !== "position");
      return Object.fromEntries(others) as typeof node;
    });
    return without.every((node, index) => node === nodes[index]) ? nodes : without;
  });
  return nodesIn(changed, loop)
    .filter(({ type }) => type === "loop")
    .reduce((one, { id }) => tidied(one, id), changed);
}

export type Alignment = "left" | "center" | "right" | "top" | "middle" | "bottom";

/** The places of boxes in one line: as far left as the leftmost, and so on. */
export function aligned(boxes: PlacedBox[], how: Alignment): Map<string, Point> {
  const least = (of: (box: PlacedBox) => number) => Math.min(...boxes.map(of));
  const most = (of: (box: PlacedBox) => number) => Math.max(...boxes.map(of));
  const left = least(({ x }) => x);
  const right = most(({ x, width }) => x + width);
  const top = least(({ y }) => y);
  const bottom = most(({ y, height }) => y + height);

  const placeOf = ({ x, y, width, height }: PlacedBox): Point => {
    switch (how) {
      case "left":
        return { x: left, y };
      case "center":
        return { x: (left + right - width) / 2, y };
      case "right":
        return { x: right - width, y };
      case "top":
        return { x, y: top };
      case "middle":
        return { x, y: (top + bottom - height) / 2 };
      case "bottom":
        return { x, y: bottom - height };
    }
  };
  return new Map(boxes.map((box) => [box.id, placeOf(box)]));
}

/** The innermost loop that holds a point of the whole picture; null: none. */
export function loopAt(
  picture: Picture,
  corners: ReadonlyMap<string, Point>,
  point: Point,
  without: ReadonlySet<string>,
): string | null {
  let found: string | null = null;
  for (const box of picture.boxes) {
    if (box.kind !== "loop" || isWithin(picture, box, without)) continue;
    const corner = corners.get(box.id) ?? box;
    const holds =
      point.x >= corner.x &&
      point.x <= corner.x + box.width &&
      point.y >= corner.y &&
      point.y <= corner.y + box.height;
    // Outer loops come before those in them.
    if (holds) found = box.id;
  }
  return found;
}

function isWithin(picture: Picture, box: PlacedBox, ids: ReadonlySet<string>): boolean {
  if (ids.has(box.id)) return true;
  const around = picture.boxes.find(({ id }) => id === box.loop);
  return around !== undefined && isWithin(picture, around, ids);
}
