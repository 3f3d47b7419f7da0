/** A value in another of the forms that it can have: what was typed comes along. */
import { type ValueForm, valueOf } from "@/pipeline/edits/inputs";
import { kindsOf } from "@/pipeline/schemas";
import type { Json, Schema } from "@/shared/api/types";

/** The same value in another form, as far as it has one there. */
export function changedForm(
  form: ValueForm | undefined,
  chosen: string,
  schema: Schema | undefined,
): Json | undefined {
  const text = textOf(form);
  switch (chosen) {
    case "reference":
      return form?.form === "template" ? text.replace(/[{}]/g, "") : text;
    case "constant":
      return valueOf({ form: "constant", value: constantOf(text, schema) });
    case "template":
      return { template: isReference(text) ? `{${text}}` : text };
    case "from":
      return { from: form?.form === "constant" ? "" : text, default: defaultOf() };
    default:
      return undefined;
  }

  function defaultOf(): Json {
    return form?.form === "constant" ? form.value : (schema?.default ?? null);
  }
}

function textOf(form: ValueForm | undefined): string {
  if (!form) return "";
  if (form.form !== "constant") return form.text;
  return typeof form.value === "string" ? form.value : JSON.stringify(form.value);
}

/** `a.out.b` names a value; all else that was typed was meant as itself. */
function isReference(text: string): boolean {
  return /^[A-Za-z_][\w-]*(\.[\w-]+)+$/.test(text);
}

function constantOf(text: string, schema: Schema | undefined): Json {
  const kinds = schema ? kindsOf(schema) : [];
  const usual = schema?.default ?? firstOf(schema);
  if (text.trim() === "" || isReference(text) || schema?.enum) return usual;
  if (kinds[0] === "string") return text;

  const value = readValue(text);
  // A field for numbers has no room for words.
  return kinds.length > 0 && typeof value === "string" ? usual : value;
}

/** What can be read as JSON is that, all else a text. */
export function readValue(text: string): Json {
  try {
    return JSON.parse(text) as Json;
  } catch {
    return text;
  }
}

function firstOf(schema: Schema | undefined): Json {
  if (schema?.enum?.[0] !== undefined) return schema.enum[0];
  const kind = schema ? kindsOf(schema)[0] : undefined;
  if (kind === "integer" || kind === "number") return schema?.minimum ?? 0;
  if (kind === "boolean") return false;
  if (kind === "array") return [];
  if (kind === "object") return {};
  return "";
}
