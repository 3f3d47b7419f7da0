/** The types of request fields, in the words of people. */
import { isFile, kindsOf } from "@/pipeline/schemas";
import type { Schema } from "@/shared/api/types";

export const FIELD_TYPES = [
  "text",
  "picture",
  "file",
  "number",
  "integer",
  "switch",
  "list",
  "any",
] as const;
export type FieldType = (typeof FIELD_TYPES)[number];

const PICTURES = "image/png, image/jpeg, image/webp";

export function typeOfSchema(schema: Schema): FieldType {
  if (isFile(schema)) {
    return schema.contentMediaType?.startsWith("image/") ? "picture" : "file";
  }
  const kind = kindsOf(schema)[0];
  const known: Record<string, FieldType> = {
    string: "text",
    number: "number",
    integer: "integer",
    boolean: "switch",
    array: "list",
  };
  return known[kind ?? ""] ?? "any";
}

/** The schema of a type; words for people stay. */
export function schemaOfType(type: FieldType, before: Schema): Schema {
  const { title, description } = before;
  const kept: Schema = {
    ...(title !== undefined && { title }),
    ...(description !== undefined && { description }),
  };
  if (typeOfSchema(before) === type) return before;
  switch (type) {
    case "text":
      return { ...kept, type: "string" };
    case "picture":
      return { ...kept, type: "string", format: "binary", contentMediaType: PICTURES };
    case "file":
      return { ...kept, type: "string", format: "binary" };
    case "number":
      return { ...kept, type: "number" };
    case "integer":
      return { ...kept, type: "integer" };
    case "switch":
      return { ...kept, type: "boolean", default: false };
    case "list":
      return { ...kept, type: "array" };
    case "any":
      return kept;
  }
}
