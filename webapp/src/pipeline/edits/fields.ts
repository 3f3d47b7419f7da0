/** Edits of the fields of a node, and of those of the pipeline itself. */
import type { Json, PipelineNode } from "@/shared/api/types";

import { changeNode, isObject, type PipelineDocument } from "../document";

/**
 * Set a field, such as `retry`, `then.exec` or `api.summary`; undefined removes it.
 * As a list, names may have dots: `["params", "a.b"]`.
 */
export function setField(
  document: PipelineDocument,
  id: string,
  field: string | readonly string[],
  value: Json | undefined,
): PipelineDocument {
  const names = typeof field === "string" ? field.split(".") : field;
  return changeNode(
    document,
    id,
    (node) => withField(shaped(node, names), names, value) as PipelineNode,
  );
}

/** What stands in a field, named as `setField` names it. */
export function valueAt(
  node: PipelineNode,
  field: string | readonly string[],
): Json | undefined {
  let value: unknown = node;
  for (const name of typeof field === "string" ? field.split(".") : field) {
    value =
      typeof value === "object" && value !== null
        ? (value as Record<string, unknown>)[name]
        : undefined;
  }
  return value as Json | undefined;
}

/** Set a field of the pipeline, such as `["params", "labels"]`. */
export function setPipelineField(
  document: PipelineDocument,
  names: readonly string[],
  value: Json | undefined,
): PipelineDocument {
  return withField(document, names, value) as PipelineDocument;
}

/** A side that is a text is its `exec`: with other fields it is an object. */
function shaped(node: PipelineNode, names: readonly string[]): PipelineNode {
  const [side] = names;
  if ((side !== "then" && side !== "else") || names.length < 2) return node;
  const part = node[side];
  return typeof part === "string" ? { ...node, [side]: { exec: part } } : node;
}

type Fields = Readonly<Record<string, unknown>>;

function withField(
  object: Fields,
  names: readonly string[],
  value: Json | undefined,
): Fields {
  const [name, ...rest] = names;
  if (name === undefined) return object;
  if (rest.length === 0) return withOwn(object, name, value);

  const inner = object[name];
  const changed = withField(isObject(inner) ? inner : {}, rest, value);
  // What is empty says nothing, and the engine needs no field for it.
  const isEmpty = value === undefined && Object.keys(changed).length === 0;
  return withOwn(object, name, isEmpty ? undefined : changed);
}

/** A name that is there keeps its place among the others. */
function withOwn(object: Fields, name: string, value: unknown): Fields {
  if (value === undefined) {
    if (!Object.hasOwn(object, name)) return object;
    return Object.fromEntries(Object.entries(object).filter(([key]) => key !== name));
  }
  // Equal values make no new document: typing a letter and taking it back is nothing.
  if (Object.hasOwn(object, name) && object[name] === value) return object;
  // Not `object[name] = value`: of the name `__proto__` that would change the kind.
  return Object.fromEntries(
    Object.hasOwn(object, name)
      ? Object.entries(object).map(([key, old]) => [key, key === name ? value : old])
      : [...Object.entries(object), [name, value]],
  );
}
