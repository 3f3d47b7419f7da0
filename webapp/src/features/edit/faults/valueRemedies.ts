/** Remedies that change what stands in a field. */
import { setField, valueAt } from "@/pipeline/edits/fields";
import { renameInput, setInput } from "@/pipeline/edits/inputs";
import { offersFor } from "@/pipeline/offers";
import { contractOf } from "@/pipeline/outputs";
import type { Json } from "@/shared/api/types";

import { type Case, fieldNames, type Remedy, removeField, replaceWith } from "./remedy";
import { bareReference, jsonMeant, wordMeant } from "./suggestion";

export function unknownField({ node, field, fault }: Case): Remedy | undefined {
  if (!node) return undefined;
  const names = fieldNames(field);
  const meant = wordMeant(fault.hint);
  const value = valueAt(node, names);
  if (meant === undefined || value === undefined) return removeField(node, field);
  return {
    label: "canvas.mend.rename_field",
    values: { field: names.at(-1) ?? field, name: meant },
    edit: (document) => {
      const without = setField(document, node.id, names, undefined);
      return setField(without, node.id, [...names.slice(0, -1), meant], value);
    },
  };
}

export function missingInput({
  node,
  fault,
  document,
  routes,
}: Case): Remedy | undefined {
  const key = /needs “([^”]+)”/.exec(fault.message)?.[1];
  if (!node || key === undefined) return undefined;
  const wanted = contractOf(routes.get(node.service ?? ""))?.properties[key];
  const best = offersFor({ nodes: document.nodes, routes }, node, wanted, key)[0];
  const value = best?.fit !== "misfit" ? best?.reference : wanted?.default;
  if (value === undefined) return undefined;
  return {
    label: "canvas.mend.input",
    values: { key, value: String(value) },
    edit: (before) => setInput(before, node.id, key, value),
  };
}

export function unknownInput({ node, field, fault }: Case): Remedy | undefined {
  if (!node) return undefined;
  const key = fieldNames(field).at(-1) ?? "";
  const meant = wordMeant(fault.hint);
  const isFree = meant !== undefined && !(meant in (node.input as object));
  if (!isFree) return removeField(node, field);
  return {
    label: "canvas.mend.rename_field",
    values: { field: key, name: meant },
    edit: (document) => renameInput(document, node.id, key, meant),
  };
}

/** The nearest value that fits, in the place of one that does not. */
export function otherReference(known: Case): Remedy | undefined {
  return referenceTo(known, undefined);
}

/** The same; one of this node, if there is any. */
function referenceTo(
  { node, field, document, routes }: Case,
  from: string | undefined,
): Remedy | undefined {
  if (!node) return undefined;
  const key = fieldNames(field).at(-1) ?? "";
  const contract = contractOf(routes.get(node.service ?? ""));
  const wanted =
    field === "items" ? ({ type: "array" } as const) : contract?.properties[key];
  const before = valueAt(node, fieldNames(field));
  const fitting = offersFor(
    { nodes: document.nodes, routes },
    node,
    wanted,
    key,
  ).filter(({ fit, reference }) => fit !== "misfit" && reference !== before);
  const best = fitting.find((offer) => offer.from === from) ?? fitting[0];
  return replaceWith(node, field, best?.reference);
}

export function meantNode(known: Case): Remedy | undefined {
  const { node, field, fault } = known;
  const bare = bareReference(fault.hint);
  const json = jsonMeant(fault.hint);
  if (bare !== undefined) return replaceWith(node, field, bare);
  if (json !== undefined) return replaceWith(node, field, json as Json);
  const meant = wordMeant(fault.hint);
  if (meant === undefined) return otherReference(known);
  const wrong = /names “([^”]+)”/.exec(fault.message)?.[1];
  return respelt(known, wrong, meant);
}

export function meantOutput(known: Case): Remedy | undefined {
  const meant = wordMeant(known.fault.hint);
  const reference = /^“([^”]+)”/.exec(known.fault.message)?.[1];
  // Its author has said which step is meant: only the output is another one.
  if (meant === undefined) return referenceTo(known, reference?.split(".")[0]);
  return respelt(known, reference?.split(".")[2], meant);
}

/** One word of a reference, wherever the value has it. */
function respelt(
  { node, field }: Case,
  wrong: string | undefined,
  meant: string,
): Remedy | undefined {
  const value = node && valueAt(node, fieldNames(field));
  if (!node || value === undefined || wrong === undefined) return undefined;
  const text = JSON.stringify(value);
  const whole = new RegExp(`(^|[^\\w-])${escaped(wrong)}(?![\\w-])`);
  return replaceWith(
    node,
    field,
    JSON.parse(text.replace(whole, `$1${meant}`)) as Json,
  );
}

function escaped(text: string): string {
  return text.replace(/[.*+?^${}()|[\]\\]/g, "\\$&");
}

/** As in `photo.out.image`: a step, and a section of it. */
const REFERENCE = /^[A-Za-z_][\w-]*\.(out|input|params)(\.|$)/;

/** A text that is no reference was meant as itself. */
export function asValue(known: Case): Remedy | undefined {
  const { node, field, fault } = known;
  const meant = jsonMeant(fault.hint);
  if (meant !== undefined) return replaceWith(node, field, meant as Json);
  const isEmpty = node !== undefined && valueAt(node, fieldNames(field)) === "";
  if (isEmpty || field === "items") return otherReference(known);
  const value = node && valueAt(node, fieldNames(field));
  if (typeof value !== "string" || value === "") return undefined;
  // It names what a step gives, which was not there: no text was meant.
  if (REFERENCE.test(value)) return referenceTo(known, value.split(".")[0]);
  return replaceWith(node, field, { value });
}

export function meantWord({ node, field, fault }: Case): Remedy | undefined {
  const meant = wordMeant(fault.hint) ?? (jsonMeant(fault.hint) as Json | undefined);
  return replaceWith(node, field, meant);
}
