/** What is wrong with the values of a form, before anything is sent. */
import type { Json } from "@/shared/api/types";

import type {
  FileField,
  ListField,
  NumberField,
  TextField,
  TypedField,
} from "./fields";

/** A fault in the app's words: the key of a text, and what stands in it. */
export interface FieldFault {
  key: string;
  values?: Record<string, string | number>;
}

/** Stands for JSON that cannot be read; no value that people type has it. */
export const UNREADABLE = "\u0000unreadable";

/** What is wrong with one typed value; undefined: nothing. */
export function faultOf(
  field: TypedField,
  value: Json | undefined,
): FieldFault | undefined {
  if (value === UNREADABLE) return { key: "run.bad_json" };
  const absent = value === undefined || value === "" || value === null;
  if (absent) return field.required ? { key: "run.needed" } : undefined;

  switch (field.kind) {
    case "number":
      return faultOfNumber(field, value);
    case "text":
      return faultOfText(field, value);
    case "list":
      return faultOfList(field, value);
    case "json": {
      if (field.shape === "array" && !Array.isArray(value)) {
        return { key: "run.not_list" };
      }
      const isObject = typeof value === "object" && !Array.isArray(value);
      return field.shape === "object" && !isObject
        ? { key: "run.not_object" }
        : undefined;
    }
    default:
      return undefined;
  }
}

function faultOfNumber(field: NumberField, value: Json): FieldFault | undefined {
  if (typeof value !== "number" || !Number.isFinite(value)) {
    return { key: "run.not_number" };
  }
  const { min = -Infinity, max = Infinity, above, below, step } = field;
  if (field.whole && !Number.isInteger(value)) return { key: "run.not_whole" };
  if (value < min) return { key: "run.too_small", values: { min } };
  if (value > max) return { key: "run.too_large", values: { max } };
  if (above !== undefined && value <= above) {
    return { key: "run.not_above", values: { min: above } };
  }
  if (below !== undefined && value >= below) {
    return { key: "run.not_below", values: { max: below } };
  }
  // 0.3 / 0.1 is not quite 3.
  const steps = step === undefined ? 0 : value / step;
  if (Math.abs(steps - Math.round(steps)) > 1e-9) {
    return { key: "run.not_step", values: { step: step ?? 1 } };
  }
  return undefined;
}

function faultOfText(field: TextField, value: Json): FieldFault | undefined {
  if (typeof value !== "string") return undefined;
  const { minLength = 0, maxLength = Infinity } = field;
  // JSON Schema counts characters, not the halves of those that take two places.
  const length = [...value].length;
  if (length < minLength) return { key: "run.too_short", values: { min: minLength } };
  if (length > maxLength) return { key: "run.too_long", values: { max: maxLength } };
  if (field.pattern !== undefined && !fits(field.pattern, value)) {
    return { key: "run.bad_pattern", values: { pattern: field.pattern } };
  }
  return undefined;
}

function fits(pattern: string, value: string): boolean {
  try {
    return new RegExp(pattern, "u").test(value);
  } catch {
    // The engine's expressions know more than the browser's: it will decide.
    return true;
  }
}

function faultOfList(field: ListField, value: Json): FieldFault | undefined {
  if (!Array.isArray(value)) return { key: "run.not_list" };
  const count = countFault(field, value.length);
  if (count) return count;
  return value.map((item) => faultOf(field.item, item)).find(Boolean);
}

/** Whether there are too few or too many of something. */
export function countFault(
  bounds: { minItems: number | undefined; maxItems: number | undefined },
  count: number,
): FieldFault | undefined {
  const { minItems = 0, maxItems = Infinity } = bounds;
  if (count < minItems) return { key: "run.too_few", values: { min: minItems } };
  if (count > maxItems) return { key: "run.too_many", values: { max: maxItems } };
  return undefined;
}

/** Whether a field takes a file of a type; an unknown type is left to the engine. */
export function accepts(field: Pick<FileField, "types">, type: string): boolean {
  if (field.types.length === 0 || type === "") return true;
  return field.types.some((accepted) => {
    if (accepted === "*/*" || accepted === type) return true;
    return accepted.endsWith("/*") && type.startsWith(accepted.slice(0, -1));
  });
}
