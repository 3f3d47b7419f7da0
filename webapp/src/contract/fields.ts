/** The fields of a form, made from what a route says it takes. */
import type { Json, JsonObject, Route, Schema } from "@/shared/api/types";

import { resolved, schemaOfExample, typeOf } from "./schemas";

const FILE = "binary";

interface Common {
  name: string;
  title: string;
  description: string;
  required: boolean;
  /** A value that its author gave to show what is meant. */
  example: Json | undefined;
}

export interface FileField extends Common {
  kind: "file";
  /** Several files under one name. */
  many: boolean;
  minItems: number | undefined;
  maxItems: number | undefined;
  /** Media types that are accepted; none: any. */
  types: string[];
}

export interface ChoiceField extends Common {
  kind: "choice";
  options: Json[];
  default: Json | undefined;
}

export interface NumberField extends Common {
  kind: "number";
  whole: boolean;
  min: number | undefined;
  max: number | undefined;
  /** Greater and less than these, but not equal. */
  above: number | undefined;
  below: number | undefined;
  step: number | undefined;
  default: number | undefined;
}

export interface TextField extends Common {
  kind: "text";
  minLength: number | undefined;
  maxLength: number | undefined;
  pattern: string | undefined;
  default: string | undefined;
}

export interface SwitchField extends Common {
  kind: "switch";
  default: boolean;
}

/** Several numbers, texts or choices. */
export interface ListField extends Common {
  kind: "list";
  item: ItemField;
  minItems: number | undefined;
  maxItems: number | undefined;
  default: Json[] | undefined;
}

export interface JsonField extends Common {
  kind: "json";
  /** What it must be; undefined: any JSON. */
  shape: "object" | "array" | undefined;
  default: Json | undefined;
}

export type ItemField = ChoiceField | NumberField | TextField;
export type TypedField = ItemField | SwitchField | ListField | JsonField;
export type Field = FileField | TypedField;

/** What is read of a route to make its form. */
export type Takes = Pick<Route, "inputSchema"> &
  Partial<Pick<Route, "body" | "bodyType">>;

/** The fields of a route, files first: they are what people bring. */
export function fieldsOf(route: Takes): Field[] {
  const fields = route.inputSchema
    ? fieldsOfSchema(withExample(route.inputSchema, route.body))
    : fieldsOfBody(route.body ?? {}, route.bodyType ?? []);
  const order = (field: Field) => Number(field.kind !== "file");
  return fields.sort((one, other) => order(one) - order(other));
}

/** The schema of a body that is an example: the engine keeps only its types. */
function withExample(root: Schema, body: Json | undefined): Schema {
  if (body === null || typeof body !== "object" || Array.isArray(body)) return root;
  return root.examples ? root : { ...root, examples: [body] };
}

function fieldsOfSchema(root: Schema): Field[] {
  const required = new Set(root.required ?? []);
  const whole = root.examples?.[0];
  const examples =
    whole !== null && typeof whole === "object" && !Array.isArray(whole) ? whole : {};

  return Object.entries(root.properties ?? {}).map(([name, schema]) => {
    const field = fieldOf(name, schema, root, required.has(name));
    return { ...field, example: field.example ?? examples[name] };
  });
}

function fieldOf(name: string, given: Schema, root: Schema, required: boolean): Field {
  const schema = resolved(given, root);
  const common: Common = {
    name,
    title: schema.title ?? titleOf(name),
    description: schema.description ?? "",
    required,
    example: schema.examples?.[0],
  };
  const items = schema.items && resolved(schema.items, root);

  if (schema.format === FILE) return fileField(common, schema, undefined);
  if (items?.format === FILE) return fileField(common, items, schema);
  const item = itemField(common, schema);
  if (item) return item;
  if (typeOf(schema) === "boolean") {
    return { ...common, kind: "switch", default: schema.default === true };
  }
  return (items && listField(common, schema, items)) ?? jsonField(common, schema);
}

/** A field for one value that people type or choose. */
function itemField(common: Common, schema: Schema): ItemField | undefined {
  if (schema.enum) {
    return { ...common, kind: "choice", options: schema.enum, default: schema.default };
  }
  switch (typeOf(schema)) {
    case "integer":
    case "number":
      return {
        ...common,
        kind: "number",
        whole: typeOf(schema) === "integer",
        min: schema.minimum,
        max: schema.maximum,
        above: schema.exclusiveMinimum,
        below: schema.exclusiveMaximum,
        step: schema.multipleOf,
        default: typeof schema.default === "number" ? schema.default : undefined,
      };
    case "string":
      return {
        ...common,
        kind: "text",
        minLength: schema.minLength,
        maxLength: schema.maxLength,
        pattern: schema.pattern,
        default: typeof schema.default === "string" ? schema.default : undefined,
      };
    default:
      return undefined;
  }
}

function listField(
  common: Common,
  schema: Schema,
  items: Schema,
): ListField | undefined {
  const item = itemField({ ...common, required: true, example: undefined }, items);
  return (
    item && {
      ...common,
      kind: "list",
      item,
      minItems: schema.minItems,
      maxItems: schema.maxItems,
      default: Array.isArray(schema.default) ? schema.default : undefined,
    }
  );
}

function jsonField(common: Common, schema: Schema): JsonField {
  const type = typeOf(schema);
  const shape = type === "object" || type === "array" ? type : undefined;
  return { ...common, kind: "json", shape, default: schema.default };
}

/** `list`: the schema of the list that the file is in, if there may be several. */
function fileField(
  common: Common,
  schema: Schema,
  list: Schema | undefined,
): FileField {
  const types = (schema.contentMediaType ?? "")
    .split(",")
    .map((type) => type.trim())
    .filter((type) => type !== "" && type !== "*/*");
  return {
    ...common,
    kind: "file",
    many: list !== undefined,
    minItems: list?.minItems,
    maxItems: list?.maxItems,
    types,
  };
}

/** The old way: an example object, or names of parts with their types. */
function fieldsOfBody(body: Json, types: string[][]): Field[] {
  if (typeof body === "string") return fieldsOfBody([body], types);
  if (Array.isArray(body)) {
    return body.filter((name) => typeof name === "string").map(partField(types));
  }
  if (body === null || typeof body !== "object") return [];
  return Object.entries(body).map(([name, example]) =>
    fieldOf(name, schemaOfExample(example), {}, example !== null),
  );
}

const JSON_TYPE = "application/json";

function partField(types: string[][]): (name: string, index: number) => Field {
  return (name, index) => {
    const accepted = types[index] ?? [];
    const isJson = accepted.length === 1 && accepted[0] === JSON_TYPE;
    const schema: Schema = isJson
      ? {}
      : { type: "string", format: FILE, contentMediaType: accepted.join(", ") };
    return fieldOf(name, schema, {}, true);
  };
}

/** `image_size` reads “Image size”. */
export function titleOf(name: string): string {
  const words = name.replace(/[_-]+/g, " ").trim();
  return words.charAt(0).toUpperCase() + words.slice(1);
}

/** The values that a form begins with. */
export function defaultsOf(fields: Field[]): JsonObject {
  const values: JsonObject = {};
  for (const field of fields) {
    if (field.kind !== "file" && field.default != null) {
      values[field.name] = field.default;
    }
  }
  return values;
}
