/**
 * Other ids for nodes that come from elsewhere, and for comparing documents.
 *
 * A node of the document that is open is renamed by the engine (`POST /edits/rename`),
 * which reads code by its syntax. This is for what is pasted: there is no such document
 * yet, and code is read word by word, without texts and comments.
 */
import type { Json, PipelineNode } from "@/shared/api/types";

import { changeAll, isObject, type PipelineDocument } from "../document";
import { mapTargets } from "./ways";

/** New ids by the old ones. */
export type Names = ReadonlyMap<string, string>;

export function renameLocally(
  document: PipelineDocument,
  names: Names,
): PipelineDocument {
  if (names.size === 0) return document;
  return changeAll(document, (node) => renamed(node, names));
}

const DIRECTIVES = ["input", "headers", "query", "collect"] as const;
const CODE = ["ready", "before", "after", "if"] as const;

function renamed(node: PipelineNode, names: Names): PipelineNode {
  const own = { ...node, id: names.get(node.id) ?? node.id };
  const changed: PipelineNode = mapTargets(own, (id) => [names.get(id) ?? id]);

  for (const field of DIRECTIVES)
    change(changed, field, (value) => values(value, names));
  for (const field of CODE) change(changed, field, (value) => inCode(value, names));
  change(changed, "items", (value) => inReference(value, names));
  change(changed, "url", (value) => inTemplate(value, names));
  for (const side of ["then", "else"] as const) {
    change(changed, side, (part) => renamedSide(part, names));
  }
  return sameFields(changed, node) ? node : changed;
}

/** The object is new, and nobody else has seen it. */
function change(
  node: PipelineNode,
  field: string,
  edit: (value: unknown) => unknown,
): void {
  if (node[field] !== undefined) node[field] = edit(node[field]);
}

function renamedSide(part: unknown, names: Names): unknown {
  if (typeof part === "string") return inCode(part, names);
  if (!isObject(part)) return part;
  const side: Record<string, unknown> = { ...part };
  if (side.out !== undefined) side.out = values(side.out, names);
  if (side.exec !== undefined) side.exec = inCode(side.exec, names);
  return sameFields(side, part) ? part : side;
}

function values(directive: unknown, names: Names): unknown {
  if (!isObject(directive)) return directive;
  const changed = Object.entries(directive).map(
    ([key, value]) => [key, inValue(value, names)] as const,
  );
  const isSame = changed.every(([key, value]) => value === directive[key]);
  return isSame ? directive : Object.fromEntries(changed);
}

function inValue(value: Json, names: Names): Json {
  if (typeof value === "string") {
    return value.includes("{") ? inTemplate(value, names) : inReference(value, names);
  }
  if (Array.isArray(value) && value.length === 1 && typeof value[0] === "string") {
    const text = inReference(value[0], names);
    return text === value[0] ? value : [text];
  }
  if (!isObject(value)) return value;
  if (typeof value.from === "string") {
    const from = inReference(value.from, names);
    return from === value.from ? value : { ...value, from };
  }
  if (typeof value.template === "string") {
    const template = inTemplate(value.template, names);
    return template === value.template ? value : { ...value, template };
  }
  return value;
}

const REFERENCE = /^(loop\.)?([A-Za-z_][\w-]*)(?=\.)/;

function inReference<T>(text: T, names: Names): T | string {
  if (typeof text !== "string") return text;
  return text.replace(
    REFERENCE,
    (_, local: string | undefined, id: string) => (local ?? "") + (names.get(id) ?? id),
  );
}

const IN_BRACES = /\{\{|\}\}|\{\s*([^{}]*?)\s*\}/g;

function inTemplate<T>(text: T, names: Names): T | string {
  if (typeof text !== "string") return text;
  return text.replace(IN_BRACES, (found: string, inside: string | undefined) =>
    inside ? found.replace(inside, () => inReference(inside, names)) : found,
  );
}

// Texts and comments as they are; then a word, unless it is a field of another.
const CODE_WORD =
  /("""[^]*?"""|'''[^]*?'''|"(?:\\.|[^"\\\n])*"|'(?:\\.|[^'\\\n])*'|#[^\n]*)|(?<![\w.-])([A-Za-z_][\w-]*)/g;

function inCode<T>(code: T, names: Names): T | string {
  if (typeof code !== "string") return code;
  return code.replace(
    CODE_WORD,
    (found: string, quoted: string | undefined, word: string | undefined) =>
      quoted !== undefined || word === undefined ? found : (names.get(word) ?? found),
  );
}

function sameFields(one: Record<string, unknown>, other: Record<string, unknown>) {
  return Object.keys(other).every((key) => one[key] === other[key]);
}
