/** What a JSON Schema means, where several spellings mean the same. */
import type { Json, Schema } from "@/shared/api/types";

const MAX_REFERENCES = 10;

/** The schema meant: references followed, the type beside `null` taken. */
export function resolved(schema: Schema, root: Schema): Schema {
  let found = schema;
  for (let step = 0; step < MAX_REFERENCES; step += 1) {
    if (found.$ref) {
      const name = found.$ref.replace("#/$defs/", "");
      found = { ...root.$defs?.[name], ...omitted(found, "$ref") };
      continue;
    }
    const others = (found.anyOf ?? found.oneOf)?.filter((one) => one.type !== "null");
    const only = others?.length === 1 ? others[0] : undefined;
    if (!only) break;
    found = { ...only, ...omitted(omitted(found, "anyOf"), "oneOf") };
  }
  return found;
}

function omitted(schema: Schema, key: keyof Schema): Schema {
  return Object.fromEntries(Object.entries(schema).filter(([name]) => name !== key));
}

/** The only type that is allowed besides `null`; undefined: there are several. */
export function typeOf(schema: Schema): string | undefined {
  const types = Array.isArray(schema.type) ? schema.type : [schema.type];
  const others = types.filter((type) => type !== "null");
  return others.length === 1 ? others[0] : undefined;
}

/** The schema of everything that has the shape of an example. */
export function schemaOfExample(example: Json): Schema {
  if (typeof example === "string") return { type: "string", examples: [example] };
  if (typeof example === "boolean") return { type: "boolean", examples: [example] };
  if (typeof example === "number") {
    const type = Number.isInteger(example) ? "integer" : "number";
    return { type, examples: [example] };
  }
  return example === null ? {} : { examples: [example] };
}
