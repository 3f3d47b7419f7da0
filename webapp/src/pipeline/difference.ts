/**
 * What differs between two documents, node by node, as people think of it: a node with
 * another id was renamed and not replaced, and where nodes are drawn is one line.
 */
import type { PipelineNode } from "@/shared/api/types";

import {
  findPlaced,
  type LoopId,
  type PipelineDocument,
  type Placed,
  placedNodes,
} from "./document";
import { renameLocally } from "./edits/rename";
import { isEqual } from "./equal";

/** A field that is not the same; undefined: it is not there. */
export interface FieldChange {
  field: string;
  before: unknown;
  after: unknown;
}

export type Difference =
  | { kind: "added"; id: string; node: PipelineNode }
  | { kind: "removed"; id: string; node: PipelineNode }
  | {
      kind: "changed" | "renamed";
      id: string;
      /** Its id before. */
      from: string;
      node: PipelineNode;
      fields: FieldChange[];
    }
  | { kind: "moved"; ids: string[] }
  | { kind: "pipeline"; fields: FieldChange[] };

/** What the second document has otherwise than the first. */
export function differences(
  before: PipelineDocument,
  after: PipelineDocument,
): Difference[] {
  if (before === after) return [];
  const names = renamings(before, after);
  const named = renameLocally(before, names);
  const oldNames = new Map([...names].map(([from, to]) => [to, from]));

  const found: Difference[] = [];
  const moved: string[] = [];
  for (const placed of placedNodes(after)) {
    const { node } = placed;
    const old = findPlaced(named, node.id);
    if (!old) {
      found.push({ kind: "added", id: node.id, node });
      continue;
    }
    const from = oldNames.get(node.id);
    const fields = fieldsChanged(old, placed);
    if (from !== undefined || fields.length > 0) {
      const kind = from === undefined ? "changed" : "renamed";
      found.push({ kind, id: node.id, from: from ?? node.id, node, fields });
    }
    if (!isEqual(old.node.position, node.position)) moved.push(node.id);
  }

  for (const { node } of placedNodes(named)) {
    if (!findPlaced(after, node.id)) found.push({ kind: "removed", id: node.id, node });
  }
  const own = changesOf(before, after, ["nodes"]);
  if (own.length > 0) found.push({ kind: "pipeline", fields: own });
  if (moved.length > 0) found.push({ kind: "moved", ids: moved });
  return found;
}

/** How many of these a person would count: moves are one. */
export function countOf(found: Difference[]): number {
  return found.length;
}

/** Told apart: where a node is drawn, and its body, whose nodes speak for themselves. */
const OWN_LINES = ["id", "position", "nodes"];

function fieldsChanged(before: Placed, after: Placed): FieldChange[] {
  const changes = changesOf(before.node, after.node, OWN_LINES);
  if (before.loop === after.loop) return changes;
  return [{ field: LEVEL, before: before.loop, after: after.loop }, ...changes];
}

/** Stands for a field: in which loop the node is. */
export const LEVEL = "loop";

type Fields = Record<string, unknown>;

function changesOf(
  before: Fields,
  after: Fields,
  without: readonly string[],
): FieldChange[] {
  if (before === after) return [];
  const names = new Set([...Object.keys(before), ...Object.keys(after)]);
  return [...names]
    .filter((name) => !without.includes(name))
    .flatMap((name) => within(name, before[name], after[name]));
}

/** Fields whose parts are told one by one. */
const SPLIT = new Set(["input", "params", "api", "collect", "headers", "query"]);
const SIDES = new Set(["then", "else"]);

function within(field: string, before: unknown, after: unknown): FieldChange[] {
  if (isEqual(before, after)) return [];
  const name = field.split(".").at(-1) ?? field;
  const isSplit = SPLIT.has(field) || SIDES.has(field) || name === "out";
  if (!isSplit || !isFields(before ?? {}) || !isFields(after ?? {})) {
    return [{ field, before, after }];
  }

  const old = (before ?? {}) as Fields;
  const now = (after ?? {}) as Fields;
  const keys = new Set([...Object.keys(old), ...Object.keys(now)]);
  return [...keys].flatMap((key) =>
    SIDES.has(field)
      ? within(`${field}.${key}`, old[key], now[key])
      : isEqual(old[key], now[key])
        ? []
        : [{ field: `${field}.${key}`, before: old[key], after: now[key] }],
  );
}

function isFields(value: unknown): value is Fields {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** Pairs of a node that is gone and one that is new, which are the same one. */
function renamings(
  before: PipelineDocument,
  after: PipelineDocument,
): Map<string, string> {
  const gone = placedNodes(before).filter(({ node }) => !findPlaced(after, node.id));
  const added = placedNodes(after).filter(({ node }) => !findPlaced(before, node.id));
  const names = new Map<string, string>();

  // A large rewrite is no renaming, and comparing all with all would take long.
  if (gone.length * added.length > MAX_PAIRS) return names;
  const pairs = gone.flatMap((old) =>
    added.map((now) => ({ old, now, likeness: likenessOf(old, now) })),
  );
  pairs.sort((one, other) => other.likeness - one.likeness);

  const used = new Set<string>();
  for (const { old, now, likeness } of pairs) {
    const isTaken = names.has(old.node.id) || used.has(now.node.id);
    if (isTaken || likeness < LEAST_LIKENESS) continue;
    names.set(old.node.id, now.node.id);
    used.add(now.node.id);
  }
  return names;
}

const MAX_PAIRS = 400;
const LEAST_LIKENESS = 0.5;

/** 0 to 1: how much of two nodes is the same once they have the same id. */
function likenessOf(before: Placed, after: Placed): number {
  if (before.node.type !== after.node.type) return 0;
  if (!sameLevel(before.loop, after.loop)) return 0;

  const names = new Map([[before.node.id, after.node.id]]);
  const renamed = renameLocally({ nodes: [before.node] }, names).nodes[0];
  if (!renamed) return 0;
  const fields = new Set([...Object.keys(renamed), ...Object.keys(after.node)]);
  for (const name of OWN_LINES) fields.delete(name);
  fields.delete("type");

  const isSame = (name: string) =>
    isEqual((renamed as Fields)[name], (after.node as Fields)[name]);
  const same = [...fields].filter(isSame).length;
  // Nodes with nothing but a kind are alike, but nothing says that they are the same.
  return fields.size === 0 ? LEAST_LIKENESS : same / fields.size;
}

/** Nodes of loops may be renamed together with their loop. */
function sameLevel(before: LoopId, after: LoopId): boolean {
  return (before === null) === (after === null);
}
