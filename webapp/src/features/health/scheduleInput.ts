/** What a schedule sends: typed as JSON, begun from what the route says of itself. */
import type { Json, JsonObject, PipelineNode, Route } from "@/shared/api/types";

/** The example in the entry of a pipeline; undefined: it takes files, or says none. */
export function bodyExample(entry: PipelineNode | undefined): JsonObject | undefined {
  const api = entry?.api as { body?: unknown } | undefined;
  return isObject(api?.body) ? api.body : undefined;
}

/** What must be there, with the examples and defaults of its author. */
export function exampleInput({ inputSchema }: Pick<Route, "inputSchema">): JsonObject {
  const { properties = {}, required = [] } = inputSchema ?? {};
  const example: JsonObject = {};
  for (const name of required) {
    const field = properties[name];
    if (field)
      example[name] = field.examples?.[0] ?? field.default ?? emptyOf(field.type);
  }
  return example;
}

function emptyOf(type: string | string[] | undefined): Json {
  const [kind] = [type].flat();
  if (kind === "array") return [];
  if (kind === "object") return {};
  if (kind === "boolean") return false;
  return kind === "number" || kind === "integer" ? 0 : "";
}

/** Undefined: it is no object of JSON. */
export function parsedInput(text: string): JsonObject | undefined {
  try {
    const value: unknown = JSON.parse(text.trim() === "" ? "{}" : text);
    return isObject(value) ? value : undefined;
  } catch {
    return undefined;
  }
}

function isObject(value: unknown): value is JsonObject {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
