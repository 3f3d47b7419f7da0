/** Edits of what goes into a node, and the forms that a value can have. */
import type { Json } from "@/shared/api/types";

import { findNode, isObject, type PipelineDocument } from "../document";
import { setField } from "./fields";

/** Fields of a node whose values are references, constants or texts made of them. */
export type Directive =
  "input" | "headers" | "query" | "collect" | "then.out" | "else.out";

/** What an author wrote for a key, by its form. */
export type ValueForm =
  | { form: "reference"; text: string }
  | { form: "constant"; value: Json }
  | { form: "from"; text: string; default: Json }
  | { form: "template"; text: string };

/** Which form a value has. What has none of them counts as a constant. */
export function formOf(value: Json): ValueForm {
  if (typeof value === "string") return { form: "reference", text: value };
  if (!isObject(value)) return { form: "constant", value };

  const keys = Object.keys(value).sort().join();
  if (keys === "value") return { form: "constant", value: value.value ?? null };
  if (keys === "template" && typeof value.template === "string") {
    return { form: "template", text: value.template };
  }
  if (keys === "default,from" && typeof value.from === "string") {
    return { form: "from", text: value.from, default: value.default ?? null };
  }
  return { form: "constant", value };
}

/** How a value of a form is written in the document. */
export function valueOf(form: ValueForm): Json {
  switch (form.form) {
    case "reference":
      return form.text;
    case "from":
      return { from: form.text, default: form.default };
    case "template":
      return { template: form.text };
    case "constant":
      // A text would be a reference, an object one of the forms.
      return typeof form.value === "string" || isObject(form.value)
        ? { value: form.value }
        : form.value;
  }
}

/** Give a key of a directive a value; undefined removes the key. */
export function setInput(
  document: PipelineDocument,
  id: string,
  key: string,
  value: Json | undefined,
  directive: Directive = "input",
): PipelineDocument {
  return setField(document, id, [...directive.split("."), key], value);
}

/** Give a directive a key. One that is there already keeps its value. */
export function addInput(
  document: PipelineDocument,
  id: string,
  key: string,
  value: Json,
  directive: Directive = "input",
): PipelineDocument {
  const isThere = Object.hasOwn(valuesOf(document, id, directive), key);
  return isThere ? document : setInput(document, id, key, value, directive);
}

/** What a node says for a directive; none is empty. */
export function valuesOf(
  document: PipelineDocument,
  id: string,
  directive: Directive = "input",
): Readonly<Record<string, Json>> {
  let value: unknown = findNode(document, id);
  for (const name of directive.split(".")) {
    value = isObject(value) ? value[name] : undefined;
  }
  return isObject(value) ? value : {};
}

/** Give a key another name; it keeps its place. A name that is there is not replaced. */
export function renameInput(
  document: PipelineDocument,
  id: string,
  key: string,
  name: string,
  directive: Directive = "input",
): PipelineDocument {
  const values = valuesOf(document, id, directive);
  if (!Object.hasOwn(values, key) || Object.hasOwn(values, name)) return document;

  const renamed = Object.fromEntries(
    Object.entries(values).map(([old, value]) => [old === key ? name : old, value]),
  );
  return setField(document, id, directive, renamed);
}
