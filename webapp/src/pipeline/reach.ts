/** What comes before a node, and where a way can lead at all. */
import type { PipelineNode } from "@/shared/api/types";

import { type EditSide, editWays, endMark, LOOP_END, targetsOf } from "./editWays";

/** A level of the document: its nodes, and the loop whose body they are. */
export interface Level {
  loop: string | null;
  nodes: PipelineNode[];
}

export function levelsOf(nodes: PipelineNode[], loop: string | null = null): Level[] {
  return [
    { loop, nodes },
    ...nodes.flatMap((node) =>
      node.type === "loop" ? levelsOf(node.nodes ?? [], node.id) : [],
    ),
  ];
}

/** The levels around a node, its own first. */
export function levelsAround(nodes: PipelineNode[], id: string): Level[] {
  const levels = levelsOf(nodes);
  const homeOf = (one: string) =>
    levels.find((level) => level.nodes.some((node) => node.id === one));

  const around: Level[] = [];
  let level = homeOf(id);
  while (level) {
    around.push(level);
    level = level.loop === null ? undefined : homeOf(level.loop);
  }
  return around;
}

/** Where each node leads, within one level. */
function nextOf(level: Level): Map<string, string[]> {
  const next = new Map<string, string[]>();
  for (const { from, to } of editWays(level.nodes, level.loop)) {
    next.set(from, [...(next.get(from) ?? []), to]);
  }
  return next;
}

/** All that can be reached, by how many steps it takes; not the start itself. */
function reached(next: Map<string, string[]>, start: string): Map<string, number> {
  const steps = new Map<string, number>();
  let edge = [start];
  for (let step = 1; edge.length > 0; step += 1) {
    const found = edge.flatMap((id) => next.get(id) ?? []);
    edge = [...new Set(found)].filter((id) => !steps.has(id));
    for (const id of edge) steps.set(id, step);
  }
  return steps;
}

function reversed(next: Map<string, string[]>): Map<string, string[]> {
  const before = new Map<string, string[]>();
  for (const [from, targets] of next) {
    for (const to of targets) before.set(to, [...(before.get(to) ?? []), from]);
  }
  return before;
}

/** The nodes that run before this one, the nearest first; those around its loop too. */
export function nodesBefore(nodes: PipelineNode[], id: string): PipelineNode[] {
  let spot = id;
  return levelsAround(nodes, id).flatMap((level) => {
    const steps = reached(reversed(nextOf(level)), spot);
    // It may be in a cycle: its own output is there from the second round on.
    steps.delete(spot);
    spot = level.loop ?? spot;
    return level.nodes
      .filter((node) => steps.has(node.id))
      .sort((one, other) => (steps.get(one.id) ?? 0) - (steps.get(other.id) ?? 0));
  });
}

/** Why a way cannot lead to a node: the key of a text. */
export type Reason =
  "self" | "already" | "other_level" | "into_entry" | "endless" | "back_and_on";

export interface Start {
  from: string;
  side: EditSide;
}

/** For each node, and the end of each loop, why a way cannot lead there. */
export function verdictsOf(
  nodes: PipelineNode[],
  start: Start,
): Map<string, Reason | undefined> {
  const own = levelsAround(nodes, start.from)[0];
  const verdicts = new Map<string, Reason | undefined>();
  if (!own) return verdicts;

  for (const { loop, nodes: list } of levelsOf(nodes)) {
    for (const { id } of list) verdicts.set(id, "other_level");
    if (loop !== null) verdicts.set(endMark(loop), "other_level");
  }
  const judge = judgeOf(own, start);
  for (const node of own.nodes) verdicts.set(node.id, judge(node));
  if (own.loop !== null) {
    const node = own.nodes.find(({ id }) => id === start.from);
    const leads = node !== undefined && targetsOf(node, start.side).includes(LOOP_END);
    verdicts.set(endMark(own.loop), leads ? "already" : undefined);
  }
  return verdicts;
}

function judgeOf(own: Level, { from, side }: Start) {
  const next = nextOf(own);
  const before = reached(reversed(next), from);
  const source = own.nodes.find(({ id }) => id === from);
  const targets = new Set(source ? ownTargets(source, side) : []);
  const leadsOn = [...targets].some((id) => !before.has(id) && id !== from);
  const leadsBack = [...targets].some((id) => before.has(id) || id === from);

  return (node: PipelineNode): Reason | undefined => {
    if (targets.has(node.id)) return "already";
    if (node.type === "entry") return "into_entry";
    const isBack = node.id === from || before.has(node.id);
    if (!isBack) return leadsBack && side !== "catch" ? "back_and_on" : undefined;

    const canLeave = [...cycleOf(next, node.id, from)].some((id) =>
      own.nodes.some((one) => one.id === id && canTurn(one, side, from)),
    );
    if (!canLeave) return node.id === from ? "self" : "endless";
    return leadsOn && side !== "catch" ? "back_and_on" : undefined;
  };
}

/** What stands in the document for a side, without what it takes from its branch. */
function ownTargets(node: PipelineNode, side: EditSide): string[] {
  if (side === "next" || side === "catch") return targetsOf(node, side);
  const part = node[side];
  return typeof part === "object" ? (part.next ?? []) : [];
}

/** The nodes of the cycle that a way back to `to` would close. */
function cycleOf(next: Map<string, string[]>, to: string, from: string): Set<string> {
  const ahead = new Set([to, ...reached(next, to).keys()]);
  const behind = new Set([from, ...reached(reversed(next), from).keys()]);
  return new Set([...ahead].filter((id) => behind.has(id)));
}

/** Whether a cycle can be left at this node. */
function canTurn(node: PipelineNode, side: EditSide, from: string): boolean {
  const isOwnCatch = node.id === from && side === "catch";
  return node.type === "branch" || (node.catch ?? []).length > 0 || isOwnCatch;
}
