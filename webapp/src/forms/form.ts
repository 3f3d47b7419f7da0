/** What a form holds, and what is wrong with it. Files may be those of an earlier run. */
import { countFault, faultOf, type FieldFault } from "@/contract/checking";
import { defaultsOf, type Field } from "@/contract/fields";
import { Problem } from "@/shared/api/client";
import type { Json, JsonObject } from "@/shared/api/types";
import type { BlobRef } from "@/shared/blobs";

/** A file that an earlier run was given: the engine has it. */
export type KeptFile = BlobRef;

export type Chosen = File | KeptFile;
export type ChosenByField = Record<string, Chosen[]>;

export interface Form {
  values: JsonObject;
  files: ChosenByField;
}

/** What a form begins with. */
export function emptyForm(fields: Field[]): Form {
  return { values: defaultsOf(fields), files: {} };
}

export function isKept(file: Chosen): file is KeptFile {
  return !(file instanceof File);
}

/** The form with another value of a field; undefined takes it out. */
export function withValue(form: Form, name: string, value: Json | undefined): Form {
  const others = Object.entries(form.values).filter(([key]) => key !== name);
  const values = Object.fromEntries(others);
  if (value !== undefined) values[name] = value;
  return { ...form, values };
}

export function withFiles(form: Form, name: string, list: Chosen[]): Form {
  return { ...form, files: { ...form.files, [name]: list } };
}

/** By field, what is wrong: the app finds it before anything is sent. */
export function faultsOf(fields: Field[], form: Form): Record<string, FieldFault> {
  const faults: Record<string, FieldFault> = {};
  for (const field of fields) {
    const fault =
      field.kind === "file"
        ? faultOfFiles(field, form.files[field.name] ?? [])
        : faultOf(field, form.values[field.name]);
    if (fault) faults[field.name] = fault;
  }
  return faults;
}

function faultOfFiles(
  field: Extract<Field, { kind: "file" }>,
  files: Chosen[],
): FieldFault | undefined {
  if (files.length === 0) return field.required ? { key: "run.needed" } : undefined;
  return field.many ? countFault(field, files.length) : undefined;
}

/** What the engine said of each field: its own words. */
export function engineFaults(
  fields: Field[],
  error: unknown,
): Record<string, FieldFault> {
  const faults: Record<string, FieldFault> = {};
  for (const fault of error instanceof Problem ? error.body.errors : []) {
    const name = fieldNamed(fields, fault.field);
    const hint = fault.hint ? `. ${fault.hint}` : "";
    if (name !== undefined) faults[name] ??= { key: fault.message + hint };
  }
  return faults;
}

/** The field that a fault is about: `areas[0].left` and `photo0` are in fields too. */
function fieldNamed(fields: Field[], told: string | null): string | undefined {
  if (told === null) return undefined;
  const first = told.split(/[.[]/)[0] ?? "";
  return fields.find(({ name }) => name === told || name === first)?.name;
}

/** Whether everything that the engine said was said at a field. */
export function isSaidAtFields(fields: Field[], error: unknown): boolean {
  const faults = error instanceof Problem ? error.body.errors : [];
  return (
    faults.length > 0 &&
    faults.every((fault) => fieldNamed(fields, fault.field) !== undefined)
  );
}
