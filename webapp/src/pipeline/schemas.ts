/** What is known of values before they exist: their schemas, and whether they fit. */
import type { Json, Schema } from "@/shared/api/types";

const MAX_REFERENCES = 10;

/** The schema meant: references followed, the type beside `null` taken. */
export function resolved(schema: Schema, root: Schema): Schema {
  let found = schema;
  for (let step = 0; step < MAX_REFERENCES; step += 1) {
    if (found.$ref) {
      const { $ref, ...others } = found;
      found = { ...root.$defs?.[$ref.replace("#/$defs/", "")], ...others };
      continue;
    }
    const choices = (found.anyOf ?? found.oneOf)?.filter(({ type }) => type !== "null");
    const only = choices?.length === 1 ? choices[0] : undefined;
    if (!only) break;
    const others = { ...found };
    delete others.anyOf;
    delete others.oneOf;
    found = { ...only, ...others };
  }
  return found;
}

export function isFile(schema: Schema): boolean {
  return schema.format === "binary";
}

/** The words for what a value is: `text`, `number`, `JPEG`, `list of text`. */
export function kindsOf(schema: Schema): string[] {
  if (isFile(schema)) return ["file"];
  if (schema.enum) return [...new Set(schema.enum.map(kindOf))];
  if (schema.type === undefined) return [];
  return Array.isArray(schema.type) ? schema.type : [schema.type];
}

function kindOf(value: Json): string {
  if (value === null) return "null";
  if (Array.isArray(value)) return "array";
  if (typeof value === "number") return Number.isInteger(value) ? "integer" : "number";
  return typeof value;
}

export type Fit = "fits" | "unknown" | "misfit";

/** Whether a value of one schema can stand where another is wanted. */
export function fitOf(given: Schema | undefined, wanted: Schema | undefined): Fit {
  if (!given || !wanted) return "unknown";
  const kinds = kindsOf(given);
  const taken = kindsOf(wanted);
  if (kinds.length === 0 || taken.length === 0) return "unknown";
  if (!kinds.some((kind) => taken.some((one) => isLike(kind, one)))) return "misfit";
  if (isFile(given) && isFile(wanted)) return fitOfFiles(given, wanted);
  const [item, wantedItem] = [elementOf(given), elementOf(wanted)];
  if (item && wantedItem) return fitOf(item, wantedItem);
  return "fits";
}

/** Of what a list is made; where each place has a schema of its own, the first counts. */
export function elementOf(list: Schema): Schema | undefined {
  return list.items ?? list.prefixItems?.[0];
}

const NUMBERS = ["integer", "number"];

function isLike(kind: string, taken: string): boolean {
  return kind === taken || (NUMBERS.includes(kind) && NUMBERS.includes(taken));
}

function fitOfFiles(given: Schema, wanted: Schema): Fit {
  const types = typesOf(given);
  const taken = typesOf(wanted);
  if (types.length === 0 || taken.length === 0) return "fits";
  const meets = types.some((type) => taken.some((one) => isOfType(type, one)));
  return meets ? "fits" : "misfit";
}

export function typesOf(schema: Schema): string[] {
  return (schema.contentMediaType ?? "")
    .split(",")
    .map((type) => type.trim())
    .filter((type) => type !== "");
}

function isOfType(type: string, taken: string): boolean {
  if (type === taken || taken === "*/*" || type === "*/*") return true;
  const family = (one: string) => one.split("/")[0];
  const isWide = type.endsWith("/*") || taken.endsWith("/*");
  return isWide && family(type) === family(taken);
}

/** The schema of an example. */
export function schemaOf(value: Json): Schema {
  if (value === null) return {};
  if (Array.isArray(value)) {
    const first = value[0];
    return { type: "array", ...(first !== undefined && { items: schemaOf(first) }) };
  }
  if (typeof value !== "object") return { type: kindOf(value) };
  const properties = Object.entries(value).map(
    ([key, one]) => [key, schemaOf(one)] as const,
  );
  return { type: "object", properties: Object.fromEntries(properties) };
}
