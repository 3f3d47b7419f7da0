/**
 * The ways of a pipeline as an editor shows them: each side of a branch by itself, and
 * in the body of a loop also where an item begins and where it ends.
 */
import type { PipelineNode } from "@/shared/api/types";

import type { Side } from "./ways";

export const LOOP_END = "loopEnd";

/** `next` is the way of a node that did its work. */
export type EditSide = Side | "next";

export interface EditWay {
  id: string;
  from: string;
  to: string;
  side: EditSide;
  /** Not in the document: an item begins here, or ends since nothing follows. */
  implied: boolean;
}

/** The boxes where an item begins and ends; no node can have these ids. */
export function startMark(loop: string): string {
  return `${loop}/start`;
}

export function endMark(loop: string): string {
  return `${loop}/end`;
}

/** The loop whose mark an id is. */
export function loopOfMark(id: string): string | undefined {
  const [loop, mark] = id.split("/");
  return mark === undefined ? undefined : loop;
}

export function wayId(from: string, side: EditSide, to: string): string {
  return `${from} ${side} ${to}`;
}

/** The sides from which a node can lead on. */
export function sidesOf(node: PipelineNode): EditSide[] {
  if (node.type === "end") return [];
  if (node.type === "branch") return ["then", "else", "catch"];
  return ["next", "catch"];
}

/** Where one side of a node leads, as the engine reads it. */
export function targetsOf(node: PipelineNode, side: EditSide): string[] {
  if (side === "next") return listOf(node.next);
  if (side === "catch") return listOf(node.catch);
  const part = node[side];
  const own = typeof part === "object" ? part.next : undefined;
  // A side that says nothing keeps what follows the branch.
  return listOf(own ?? node.next);
}

/** A document that is being typed may have anything there. */
function listOf(value: unknown): string[] {
  if (!Array.isArray(value)) return [];
  return value.filter((one): one is string => typeof one === "string");
}

/** The ways of one level, in the order of the document. */
export function editWays(nodes: PipelineNode[], loop: string | null): EditWay[] {
  const known = new Set(nodes.map(({ id }) => id));
  const ways = nodes.flatMap((node) =>
    sidesOf(node).flatMap((side) =>
      [...new Set(targetsOf(node, side))].flatMap((to) =>
        wayTo({ from: node.id, to, side }, known, loop),
      ),
    ),
  );
  return loop === null ? ways : [...ways, ...impliedWays(nodes, ways, loop)];
}

function wayTo(
  way: { from: string; to: string; side: EditSide },
  known: Set<string>,
  loop: string | null,
): EditWay[] {
  const ends = way.to === LOOP_END && loop !== null;
  if (!ends && !known.has(way.to)) return [];
  const to = ends ? endMark(loop) : way.to;
  return [{ ...way, to, id: wayId(way.from, way.side, to), implied: false }];
}

function impliedWays(nodes: PipelineNode[], ways: EditWay[], loop: string): EditWay[] {
  const implied = (from: string, to: string): EditWay => ({
    id: wayId(from, "next", to),
    from,
    to,
    side: "next",
    implied: true,
  });
  const first = nodes[0];
  if (!first) return [implied(startMark(loop), endMark(loop))];

  const goesOn = new Set(
    ways.filter(({ side }) => side !== "catch").map((w) => w.from),
  );
  const last = nodes.filter(({ id }) => !goesOn.has(id));
  return [
    implied(startMark(loop), first.id),
    ...last.map(({ id }) => implied(id, endMark(loop))),
  ];
}
