/** Which node an arrow key leads to: down and up along the ways, sideways beside. */
import { editWays, loopOfMark } from "@/pipeline/editWays";
import type { Picture, PlacedBox } from "@/pipeline/place";
import { levelsAround } from "@/pipeline/reach";
import type { PipelineNode } from "@/shared/api/types";

export type Direction = "up" | "down" | "left" | "right";

/** The next node; undefined: there is none in this direction. */
export function walked(
  nodes: PipelineNode[],
  picture: Picture,
  from: string,
  direction: Direction,
): string | undefined {
  switch (direction) {
    case "down":
      return below(nodes, picture, from);
    case "up":
      return above(nodes, picture, from);
    case "left":
      return beside(picture, from, -1);
    case "right":
      return beside(picture, from, 1);
  }
}

/** A loop is entered from above and left below: its body is on the way. */
function below(
  nodes: PipelineNode[],
  picture: Picture,
  from: string,
): string | undefined {
  const level = levelsAround(nodes, from)[0];
  const node = level?.nodes.find(({ id }) => id === from);
  const first = node?.type === "loop" ? node.nodes?.[0] : undefined;
  if (first) return first.id;
  return after(nodes, picture, from);
}

function after(
  nodes: PipelineNode[],
  picture: Picture,
  from: string,
): string | undefined {
  const level = levelsAround(nodes, from)[0];
  if (!level) return undefined;
  const targets = editWays(level.nodes, level.loop)
    .filter((way) => way.from === from)
    .map(({ to }) => to);

  const steps = targets.filter((id) => loopOfMark(id) === undefined);
  const next = leftmost(picture, steps);
  if (next !== undefined) return next;
  return targets.length > 0 && level.loop !== null
    ? after(nodes, picture, level.loop)
    : undefined;
}

function above(
  nodes: PipelineNode[],
  picture: Picture,
  from: string,
): string | undefined {
  const level = levelsAround(nodes, from)[0];
  if (!level) return undefined;
  const sources = editWays(level.nodes, level.loop)
    .filter((way) => way.to === from)
    .map((way) => way.from);
  const steps = sources.filter((id) => loopOfMark(id) === undefined);
  const before = leftmost(picture, steps);
  return before ?? level.loop ?? undefined;
}

function leftmost(picture: Picture, ids: string[]): string | undefined {
  const boxes = picture.boxes.filter(({ id }) => ids.includes(id));
  return boxes.sort((one, other) => one.x - other.x)[0]?.id;
}

/** The nearest box of the same level on one side. */
function beside(picture: Picture, from: string, sign: 1 | -1): string | undefined {
  const own = picture.boxes.find(({ id }) => id === from);
  if (!own) return undefined;
  const middle = ({ x, width }: PlacedBox) => x + width / 2;
  const away = (box: PlacedBox) =>
    Math.abs(middle(box) - middle(own)) + 3 * Math.abs(box.y - own.y);

  const candidates = picture.boxes.filter(
    (box) =>
      box.loop === own.loop &&
      box.kind !== "mark" &&
      box.id !== from &&
      sign * (middle(box) - middle(own)) > 1,
  );
  return candidates.sort((one, other) => away(one) - away(other))[0]?.id;
}
