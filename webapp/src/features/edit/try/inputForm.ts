/** The form of a trial run, made from the entry as it is being written. */
import { type Field, fieldsOf, type Takes } from "@/contract/fields";
import { type Form, isKept } from "@/forms/form";
import { isObject } from "@/pipeline/document";
import type { Json, PipelineNode, Schema } from "@/shared/api/types";

import type { KeptInput } from "./keptInput";

/** What the pipeline takes; what the author has not written rightly yet is left out. */
export function fieldsOfEntry(entry: PipelineNode | undefined): Field[] {
  const api = (entry?.api ?? {}) as Partial<Takes>;
  return fieldsOf({
    inputSchema: readable(api.inputSchema) ?? null,
    ...(api.body !== undefined && { body: api.body }),
    ...(api.bodyType !== undefined && { bodyType: api.bodyType }),
  });
}

function readable(schema: unknown): Schema | undefined {
  if (!isObject(schema)) return undefined;
  const properties = isObject(schema.properties) ? schema.properties : {};
  const fields = Object.entries(properties).filter(([, one]) => isObject(one));
  const required = Array.isArray(schema.required) ? schema.required : [];
  return { ...schema, properties: Object.fromEntries(fields), required } as Schema;
}

/** Filled with what the author gave as an example, else with the defaults. */
export function filled(fields: Field[]): Form {
  const values: Record<string, Json> = {};
  for (const field of fields) {
    if (field.kind === "file") continue;
    const value = field.example ?? field.default;
    if (value !== undefined && value !== null) values[field.name] = value;
  }
  return { values, files: {} };
}

/** What was kept of an earlier run, for the fields that there are now. */
export function fitting(fields: Field[], kept: Form): Form {
  const { values, files } = filled(fields);
  for (const { name, kind } of fields) {
    const file = kept.files[name];
    const value = kept.values[name];
    if (kind === "file" && file) files[name] = file;
    if (kind !== "file" && value !== undefined) values[name] = value;
  }
  return { values, files };
}

/** What is sent, and kept for the next time. */
export function inputOf({ values, files }: Form): KeptInput {
  const own = Object.entries(files).map(([name, list]) => [
    name,
    list.filter((file): file is File => !isKept(file)),
  ]);
  return { values, files: Object.fromEntries(own) as KeptInput["files"] };
}
