/**
 * Which steps of an ended task a new one will keep. The engine decides; this says it
 * beforehand, by the same rules, and rather says too few.
 */
import { isEqual as equal } from "./equal";
import type { PipelineDocument } from "./document";
import { sidesOf, targetsOf } from "./editWays";
import type { PipelineNode } from "@/shared/api/types";

/** Fields that change nothing about what a step gave. */
const WITHOUT_EFFECT = [
  "position",
  "description",
  "next",
  "ready",
  "timeout",
  "retry",
  "delay",
  "catch",
  "concurrency",
];

interface Ran {
  document: PipelineDocument;
  /** How each node of the outermost level ended. */
  statuses: ReadonlyMap<string, string>;
}

/** The nodes that are kept; the entry is not counted, since it does nothing. */
export function keptSteps(
  ran: Ran,
  document: PipelineDocument,
  sameInput: boolean,
): Set<string> {
  const kept = new Set<string>();
  const entry = document.nodes.find(({ type }) => type === "entry");
  const before = new Map(ran.document.nodes.map((node) => [node.id, node]));
  const oldEntry = entry && before.get(entry.id);
  if (!entry || !oldEntry || codeOf(entry) !== codeOf(oldEntry)) return kept;
  if (!sameInput && codeOf(entry) !== "") return kept;
  if (!equal(ran.document.params, document.params)) return kept;

  const settled = new Set([entry.id]);
  const old = sourcesOf(ran.document.nodes);
  const sources = sourcesOf(document.nodes);
  const ids = new Set(document.nodes.map(({ id }) => id));

  /** Of what is behind a node, such as where a branch leads, only constants are read. */
  const isSteady = (id: string, by: string): boolean => {
    if (settled.has(id)) return true;
    const was = before.get(id);
    if (!was) return true;
    const now = document.nodes.find((node) => node.id === id);
    return equal(was.params, now?.params) && isBehind(document.nodes, by, id);
  };
  const isKept = (node: PipelineNode): boolean => {
    const was = before.get(node.id);
    if (!was || node.type === "end" || node.ready !== undefined) return false;
    const tails = sources.get(node.id) ?? [];
    if (!equal([...tails].sort(), [...(old.get(node.id) ?? [])].sort())) return false;
    if (!tails.every((id) => settled.has(id))) return false;
    if (ran.statuses.get(node.id) !== "succeeded") return false;
    if (!equal(definitionOf(node), definitionOf(was))) return false;

    const named = namesIn(definitionOf(node), ids);
    named.delete(node.id);
    if (![...named].every((id) => isSteady(id, node.id))) return false;
    const receivesAll = node.input === undefined && tails.includes(entry.id);
    return sameInput || (!receivesAll && !named.has(entry.id));
  };

  // A node is settled when all before it are: in as many rounds as the graph is deep.
  let grows = true;
  while (grows) {
    grows = false;
    for (const node of document.nodes) {
      if (settled.has(node.id)) continue;
      const tails = sources.get(node.id) ?? [];
      const isLeftOut =
        ran.statuses.get(node.id) === "skipped" &&
        tails.length > 0 &&
        tails.every((id) => settled.has(id));
      const keeps = !isLeftOut && isKept(node);
      if (!isLeftOut && !keeps) continue;
      settled.add(node.id);
      if (keeps) kept.add(node.id);
      grows = true;
    }
  }
  return kept;
}

function isBehind(nodes: PipelineNode[], from: string, id: string): boolean {
  const seen = new Set<string>();
  const waiting = [from];
  for (;;) {
    const at = waiting.pop();
    if (at === undefined) return false;
    const node = nodes.find((one) => one.id === at);
    for (const next of node
      ? sidesOf(node).flatMap((side) => targetsOf(node, side))
      : []) {
      if (next === id) return true;
      if (!seen.has(next)) waiting.push(next);
      seen.add(next);
    }
  }
}

/** The steps that a person counts: those that do something. */
export function stepsIn({ nodes }: PipelineDocument): string[] {
  return nodes
    .filter(({ type }) => type !== "entry" && type !== "end")
    .map(({ id }) => id);
}

function definitionOf(node: PipelineNode): Record<string, unknown> {
  const kept = Object.entries(node).filter(
    ([name]) =>
      !WITHOUT_EFFECT.includes(name) || (name === "next" && node.type === "branch"),
  );
  return Object.fromEntries(
    kept.map(([name, value]) => [
      name,
      name === "nodes" ? (value as PipelineNode[]).map(ofBody) : value,
    ]),
  );
}

/** In a body the ways matter: the loop is kept whole or not at all. */
function ofBody(node: PipelineNode): Record<string, unknown> {
  const kept = Object.entries(node).filter(
    ([name]) => name !== "position" && name !== "description",
  );
  return Object.fromEntries(kept);
}

function codeOf(node: PipelineNode): string {
  return [node.before, node.after].filter(Boolean).join("\n");
}

function sourcesOf(nodes: PipelineNode[]): Map<string, string[]> {
  const sources = new Map<string, string[]>();
  for (const node of nodes) {
    for (const to of new Set(sidesOf(node).flatMap((side) => targetsOf(node, side)))) {
      sources.set(to, [...(sources.get(to) ?? []), node.id]);
    }
  }
  return sources;
}

/** The nodes whose ids stand anywhere in a definition. */
function namesIn(definition: unknown, ids: ReadonlySet<string>): Set<string> {
  const text = JSON.stringify(definition);
  const words = new Set(text.match(/[A-Za-z_][\w-]*/g) ?? []);
  return new Set([...ids].filter((id) => words.has(id)));
}
