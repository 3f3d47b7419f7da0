/** What nodes give before they have run, as far as their contracts tell. */
import type { Json, PipelineNode, Route, Schema } from "@/shared/api/types";

import { nodesBefore, levelsAround } from "./reach";
import { elementOf, resolved, schemaOf } from "./schemas";

/** The routes that are known, by their names. */
export type Routes = ReadonlyMap<string, Route>;

/** The outputs of a node by their keys; undefined: not known. */
export type Outputs = Record<string, Schema> | undefined;

/** Documents may name themselves in circles. */
const MAX_DEPTH = 6;

export interface Known {
  nodes: PipelineNode[];
  routes: Routes;
}

export function outputsOf(known: Known, node: PipelineNode, depth = 0): Outputs {
  if (depth > MAX_DEPTH) return undefined;
  switch (node.type) {
    case "entry":
      return requestOf(node);
    case "service":
      return resultOf(known.routes.get(node.service ?? ""));
    case "http":
      return node.answer === "full"
        ? { status: { type: "integer" }, headers: { type: "object" }, body: {} }
        : undefined;
    case "branch":
      return {
        ...sideOf(known, node, "then", depth),
        ...sideOf(known, node, "else", depth),
      };
    case "loop":
      return collectedOf(known, node, depth);
    case "node":
      return inputOf(known, node, depth);
    case "end":
      return {};
  }
}

/** The data of the request, as the entry announces it. */
export function requestOf(entry: PipelineNode): Outputs {
  const api = (entry.api ?? {}) as Partial<Route>;
  if (api.inputSchema) return propertiesOf(api.inputSchema);

  const body = api.body ?? {};
  const names = typeof body === "string" ? [body] : body;
  if (!Array.isArray(names)) {
    return typeof names === "object" && names !== null
      ? mapped(names, schemaOf)
      : undefined;
  }
  return Object.fromEntries(
    names.map((name, index) => [String(name), partOf(api.bodyType, index)]),
  );
}

function partOf(types: unknown, index: number): Schema {
  const list = Array.isArray(types) ? (types as unknown[]) : [];
  // For one field the types may stand without a list around them.
  const own = list.every((one) => typeof one === "string" && !one.startsWith("["))
    ? list
    : list[index];
  const words = Array.isArray(own) ? own.join(",") : String(own ?? "");
  const type = words.replace(/[[\]]/g, "");
  return {
    type: "string",
    format: "binary",
    ...(type !== "" && { contentMediaType: type }),
  };
}

/** What a route takes, by key, and which keys it needs. */
export function contractOf(
  route: Route | undefined,
): { properties: Record<string, Schema>; required: Set<string> } | undefined {
  if (!route) return undefined;
  if (route.inputSchema) {
    return {
      properties: propertiesOf(route.inputSchema) ?? {},
      required: new Set(route.inputSchema.required ?? []),
    };
  }
  const api = { api: route } as unknown as PipelineNode;
  const properties = requestOf(api);
  if (!properties || Object.keys(properties).length === 0) return undefined;
  return { properties, required: new Set(Object.keys(properties)) };
}

function resultOf(route: Route | undefined): Outputs {
  if (!route?.outputSchema) return undefined;
  return propertiesOf(route.outputSchema);
}

export function propertiesOf(root: Schema): Outputs {
  const properties = resolved(root, root).properties;
  if (!properties) return undefined;
  return mapped(properties, (schema) => withItems(resolved(schema, root), root));
}

function withItems(schema: Schema, root: Schema): Schema {
  return schema.items ? { ...schema, items: resolved(schema.items, root) } : schema;
}

function mapped<From, To>(
  values: Record<string, From>,
  change: (value: From) => To,
): Record<string, To> {
  return Object.fromEntries(
    Object.entries(values).map(([key, value]) => [key, change(value)]),
  );
}

function sideOf(
  known: Known,
  node: PipelineNode,
  side: "then" | "else",
  depth: number,
): Outputs {
  const part = node[side] as { out?: Record<string, Json> } | string | undefined;
  if (typeof part !== "object" || !part.out) return {};
  return mapped(part.out, (value) => schemaOfValue(known, node, value, depth) ?? {});
}

function collectedOf(known: Known, node: PipelineNode, depth: number): Outputs {
  const collect = node.collect as Record<string, Json> | undefined;
  const outputs: Record<string, Schema> = {};
  for (const [key, value] of Object.entries(collect ?? {})) {
    const inner = Array.isArray(value) ? value[0] : value;
    const at = node.nodes?.[0];
    const schema = at && schemaOfValue(known, at, inner ?? null, depth);
    // Without a list around it there is one key for each item: the first stands for all.
    if (Array.isArray(value)) {
      outputs[key] = { type: "array", ...(schema && { items: schema }) };
    } else outputs[`${key}0`] = schema ?? {};
  }
  return outputs;
}

/** A copy of what it receives. */
function inputOf(known: Known, node: PipelineNode, depth: number): Outputs {
  const input = node.input as Record<string, Json> | undefined;
  const code = [node.before, node.after].filter((text) => typeof text === "string");
  const written = keysWritten(code.join("\n"));
  if (written.length > 0) {
    return Object.fromEntries(written.map((key): [string, Schema] => [key, {}]));
  }
  const own = input
    ? mapped(input, (value) => schemaOfValue(known, node, value, depth) ?? {})
    : receivedOf(known, node, depth);
  // What its code adds nobody knows; what is known all the same can be offered.
  const isKnown = own && Object.keys(own).length > 0;
  return isKnown || code.length === 0 ? own : undefined;
}

const SET_KEY = /\bnode\.out\[(['"])([^'"]+)\1\]\s*=(?!=)/g;
const SET_WHOLE = /\bnode\.out\s*=\s*\{([^}]*)\}/g;
const KEY_OF_DICT = /(['"])([^'"]+)\1\s*:/g;

/** The keys that code plainly gives its node's output. */
export function keysWritten(code: string): string[] {
  const single = [...code.matchAll(SET_KEY)].map((found) => found[2] ?? "");
  const whole = [...code.matchAll(SET_WHOLE)].flatMap((found) =>
    [...(found[1] ?? "").matchAll(KEY_OF_DICT)].map((key) => key[2] ?? ""),
  );
  return [...new Set([...whole, ...single])];
}

/** Without an `input` of its own: what those before it give, put together. */
export function receivedOf(known: Known, node: PipelineNode, depth = 0): Outputs {
  const level = levelsAround(known.nodes, node.id)[0];
  const before = level?.nodes.filter((one) => leadsTo(one, node.id)) ?? [];
  const given = before.map((one) => outputsOf(known, one, depth + 1));
  // Where a failure leads, it is told what failed.
  const isCatch = level?.nodes.some((one) => one.catch?.includes(node.id));
  const error = isCatch ? { error: { type: "object" } } : {};
  return Object.assign(error, ...given) as Record<string, Schema>;
}

function leadsTo(node: PipelineNode, id: string): boolean {
  const sides = [node.then, node.else].map((part) =>
    typeof part === "object" ? part.next : undefined,
  );
  return [node.next, ...sides].some((list) => list?.includes(id));
}

/** The schema of a value of a directive; undefined: not known. */
export function schemaOfValue(
  known: Known,
  node: PipelineNode,
  value: Json,
  depth = 0,
): Schema | undefined {
  if (typeof value === "string") return schemaAt(known, node, value, depth);
  if (value === null || typeof value !== "object" || Array.isArray(value)) {
    return schemaOf(value);
  }
  if ("value" in value) return schemaOf(value.value ?? null);
  if ("template" in value) return { type: "string" };
  const from = value.from;
  return typeof from === "string" ? schemaAt(known, node, from, depth) : undefined;
}

/** The schema at the end of a reference. */
export function schemaAt(
  known: Known,
  node: PipelineNode,
  reference: string,
  depth = 0,
): Schema | undefined {
  if (depth > MAX_DEPTH) return undefined;
  const [name = "", section, ...fields] = reference.replace(/^loop\./, "").split(".");
  if (section === "_loop") {
    return within(itemOf(known, node, depth), fields);
  }
  const target = [node, ...nodesBefore(known.nodes, node.id), ...nodesIn(known)].find(
    ({ id }) => id === name,
  );
  if (!target || section !== "out") return undefined;
  const outputs = outputsOf(known, target, depth + 1);
  return within(outputs && { type: "object", properties: outputs }, fields);
}

function nodesIn({ nodes }: Known): PipelineNode[] {
  return nodes.flatMap((node) => [node, ...(node.nodes ?? [])]);
}

/** The item that a node in a loop works on. */
export function itemOf(
  known: Known,
  node: PipelineNode,
  depth = 0,
): Schema | undefined {
  const loop = levelsAround(known.nodes, node.id)[0]?.loop;
  const around = loop == null ? undefined : nodeOf(known.nodes, loop);
  if (typeof around?.items !== "string") return undefined;
  const list = schemaAt(known, around, around.items, depth + 1);
  return list && elementOf(list);
}

function nodeOf(nodes: PipelineNode[], id: string): PipelineNode | undefined {
  for (const node of nodes) {
    const found = node.id === id ? node : nodeOf(node.nodes ?? [], id);
    if (found) return found;
  }
  return undefined;
}

function within(schema: Schema | undefined, fields: string[]): Schema | undefined {
  let found = schema;
  for (const field of fields) {
    found = /^-?\d+$/.test(field)
      ? found && elementOf(found)
      : found?.properties?.[field];
  }
  return found;
}
