/**
 * Other ids for nodes that come from elsewhere, and for comparing documents; other keys
 * for what a node gives.
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

/** What becomes of an id, of a reference, and of code. */
interface Rewriting {
  id: (id: string) => string;
  reference: (text: string) => string;
  code: (text: string) => string;
}

export function renameLocally(
  document: PipelineDocument,
  names: Names,
): PipelineDocument {
  if (names.size === 0) return document;
  const id = (one: string) => names.get(one) ?? one;
  const how: Rewriting = {
    id,
    reference: (text) =>
      text.replace(
        REFERENCE,
        (_, local: string | undefined, one: string) => (local ?? "") + id(one),
      ),
    code: (text) =>
      text.replace(
        CODE_WORD,
        (found: string, quoted: string | undefined, word: string | undefined) =>
          quoted !== undefined || word === undefined ? found : id(word),
      ),
  };
  return changeAll(document, (node) => renamed(node, how));
}

/** What a node gives under one key, it gives under another: whoever names it follows. */
export function renameOutput(
  document: PipelineDocument,
  node: string,
  from: string,
  to: string,
): PipelineDocument {
  const [own, key] = [escaped(node), escaped(from)];
  const reference = new RegExp(`^((?:loop\\.)?${own}\\.out\\.)${key}(?![\\w-])`);
  const inCode = new RegExp(
    `((?<![\\w.-])${own}\\.out(?:\\.|\\[["']))${key}(?![\\w-])|${QUOTED}`,
    "g",
  );
  const how: Rewriting = {
    id: (id) => id,
    reference: (text) => text.replace(reference, (_, before: string) => before + to),
    code: (text) =>
      text.replace(inCode, (found: string, before: string | undefined) =>
        before === undefined ? found : before + to,
      ),
  };
  return changeAll(document, (one) => renamed(one, how));
}

function escaped(text: string): string {
  return text.replace(/[.*+?^${}()|[\]\\]/g, "\\$&");
}

const DIRECTIVES = ["input", "headers", "query", "collect"] as const;
const CODE = ["ready", "before", "after", "if"] as const;

function renamed(node: PipelineNode, how: Rewriting): PipelineNode {
  const own = { ...node, id: how.id(node.id) };
  const changed: PipelineNode = mapTargets(own, (id) => [how.id(id)]);

  for (const field of DIRECTIVES) change(changed, field, (value) => values(value, how));
  for (const field of CODE) change(changed, field, (value) => inCode(value, how));
  change(changed, "items", (value) => inReference(value, how));
  change(changed, "url", (value) => inTemplate(value, how));
  for (const side of ["then", "else"] as const) {
    change(changed, side, (part) => renamedSide(part, how));
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

function renamedSide(part: unknown, how: Rewriting): unknown {
  if (typeof part === "string") return inCode(part, how);
  if (!isObject(part)) return part;
  const side: Record<string, unknown> = { ...part };
  if (side.out !== undefined) side.out = values(side.out, how);
  if (side.exec !== undefined) side.exec = inCode(side.exec, how);
  return sameFields(side, part) ? part : side;
}

function values(directive: unknown, how: Rewriting): unknown {
  if (!isObject(directive)) return directive;
  const changed = Object.entries(directive).map(
    ([key, value]) => [key, inValue(value, how)] as const,
  );
  const isSame = changed.every(([key, value]) => value === directive[key]);
  return isSame ? directive : Object.fromEntries(changed);
}

function inValue(value: Json, how: Rewriting): Json {
  if (typeof value === "string") {
    return value.includes("{") ? inTemplate(value, how) : inReference(value, how);
  }
  if (Array.isArray(value) && value.length === 1 && typeof value[0] === "string") {
    const text = inReference(value[0], how);
    return text === value[0] ? value : [text];
  }
  if (!isObject(value)) return value;
  if (typeof value.from === "string") {
    const from = inReference(value.from, how);
    return from === value.from ? value : { ...value, from };
  }
  if (typeof value.template === "string") {
    const template = inTemplate(value.template, how);
    return template === value.template ? value : { ...value, template };
  }
  return value;
}

const REFERENCE = /^(loop\.)?([A-Za-z_][\w-]*)(?=\.)/;

function inReference<T>(text: T, how: Rewriting): T | string {
  return typeof text === "string" ? how.reference(text) : text;
}

const IN_BRACES = /\{\{|\}\}|\{\s*([^{}]*?)\s*\}/g;

function inTemplate<T>(text: T, how: Rewriting): T | string {
  if (typeof text !== "string") return text;
  return text.replace(IN_BRACES, (found: string, inside: string | undefined) =>
    inside ? found.replace(inside, () => inReference(inside, how)) : found,
  );
}

/** Texts and comments in code. */
const QUOTED =
  /("""[^]*?"""|'''[^]*?'''|"(?:\\.|[^"\\\n])*"|'(?:\\.|[^'\\\n])*'|#[^\n]*)/.source;

// Texts and comments as they are; then a word, unless it is a field of another.
const CODE_WORD = new RegExp(`${QUOTED}|(?<![\\w.-])([A-Za-z_][\\w-]*)`, "g");

function inCode<T>(code: T, how: Rewriting): T | string {
  return typeof code === "string" ? how.code(code) : code;
}

function sameFields(one: Record<string, unknown>, other: Record<string, unknown>) {
  return Object.keys(other).every((key) => one[key] === other[key]);
}
