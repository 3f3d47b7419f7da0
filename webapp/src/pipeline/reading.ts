/**
 * Reads JSON of anybody as a document that the app can show and change.
 *
 * Only what the app itself needs is asked for: lists of nodes with ids, of kinds that
 * are known, and ways as lists of ids. What is wrong otherwise the engine says.
 */
import type { PipelineNode } from "@/shared/api/types";

import { isObject, type PipelineDocument } from "./document";
import { parsed, type Refusal } from "./json";

export const NODE_TYPES: readonly PipelineNode["type"][] = [
  "entry",
  "service",
  "http",
  "node",
  "branch",
  "loop",
  "end",
];

/** The engine takes no more either. */
const MAX_NODES = 1000;
const MAX_DEPTH = 8;

/** Why JSON is no document: a word to translate, and the place it is about. */
export interface Unreadable {
  code:
    | "no_object"
    | "no_nodes"
    | "no_node"
    | "no_id"
    | "same_id"
    | "no_type"
    | "no_list"
    | "no_body"
    | "too_many"
    | "too_deep";
  place: string;
}

export type Reading =
  | { document: PipelineDocument; problem?: undefined }
  | { document?: undefined; problem: Unreadable };

class Refused extends Error {
  constructor(readonly problem: Unreadable) {
    super(problem.code);
  }
}

function refuse(code: Unreadable["code"], place: string): never {
  throw new Refused({ code, place });
}

/** Read any JSON as a document; it is not copied. */
export function readDocument(json: unknown): Reading {
  return reading(() => {
    if (!isObject(json)) refuse("no_object", "");
    expectNodes(json.nodes, "nodes", new Set(), 0);
    return json as unknown as PipelineDocument;
  });
}

/** Read a text of anybody as a document. */
export function readText(
  text: string,
): Reading | { document?: undefined; problem: Refusal } {
  const { json, problem } = parsed(text);
  return problem ? { problem } : readDocument(json);
}

/** Read any JSON as nodes, as they are copied between windows. */
export function readNodes(
  json: unknown,
): { nodes: PipelineNode[]; problem?: undefined } | { problem: Unreadable } {
  const { document, problem } = reading(() => {
    expectNodes(json, "nodes", new Set(), 0);
    return { nodes: json as PipelineNode[] };
  });
  return problem ? { problem } : { nodes: document.nodes };
}

function reading(read: () => PipelineDocument): Reading {
  try {
    return { document: read() };
  } catch (error) {
    if (error instanceof Refused) return { problem: error.problem };
    throw error;
  }
}

function expectNodes(
  nodes: unknown,
  place: string,
  seen: Set<string>,
  depth: number,
): void {
  if (!Array.isArray(nodes)) refuse("no_nodes", place);
  if (depth > MAX_DEPTH) refuse("too_deep", place);
  if (seen.size + nodes.length > MAX_NODES) refuse("too_many", place);
  nodes.forEach((node: unknown, index) => {
    expectNode(node, `${place}[${String(index)}]`, seen, depth);
  });
}

function expectNode(
  node: unknown,
  place: string,
  seen: Set<string>,
  depth: number,
): void {
  if (!isObject(node)) refuse("no_node", place);
  const { id, type } = node;

  if (typeof id !== "string" || id === "") refuse("no_id", `${place}.id`);
  if (seen.has(id)) refuse("same_id", id);
  seen.add(id);

  const kind = NODE_TYPES.find((known) => known === type);
  if (!kind) refuse("no_type", `${id}.type`);

  for (const field of ["next", "catch"]) expectIds(node[field], `${id}.${field}`);
  for (const side of ["then", "else"]) {
    const part = node[side];
    if (part === undefined || typeof part === "string") continue;
    if (!isObject(part)) refuse("no_object", `${id}.${side}`);
    expectIds(part.next, `${id}.${side}.next`);
  }
  for (const field of ["input", "params", "collect", "headers", "query", "api"]) {
    const part = node[field];
    if (part !== undefined && !isObject(part)) refuse("no_object", `${id}.${field}`);
  }
  expectPosition(node.position, `${id}.position`);

  if (kind === "loop") expectNodes(node.nodes, `${id}.nodes`, seen, depth + 1);
  else if (node.nodes !== undefined) refuse("no_body", `${id}.nodes`);
}

function expectIds(value: unknown, place: string): void {
  if (value === undefined) return;
  const isList = Array.isArray(value) && value.every((id) => typeof id === "string");
  if (!isList) refuse("no_list", place);
}

function expectPosition(value: unknown, place: string): void {
  if (value === undefined) return;
  const isPlace = isObject(value) && isFinite(value.x) && isFinite(value.y);
  if (!isPlace) refuse("no_object", place);
}

function isFinite(value: unknown): boolean {
  return typeof value === "number" && Number.isFinite(value);
}
