import { expect, test } from "vitest";

import type { Json, Schema } from "@/shared/api/types";

import { accepts, faultOf } from "./checking";
import { defaultsOf, fieldsOf, titleOf, type TypedField } from "./fields";

/** The only field of a form with such a schema. */
function typed(schema: Schema, required = true): TypedField {
  const [field] = fieldsOf({
    inputSchema: { properties: { it: schema }, required: required ? ["it"] : [] },
  });
  if (!field || field.kind === "file") throw new Error("no typed field");
  return field;
}

const IMAGE = {
  type: "string",
  format: "binary",
  contentMediaType: "image/png, image/jpeg",
};

test("a schema gives a field for each key, files first", () => {
  const fields = fieldsOf({
    inputSchema: {
      type: "object",
      properties: {
        width: { type: "integer", minimum: 1, maximum: 8000, default: 160 },
        style: { enum: ["a", "b"], default: "a" },
        photo: IMAGE,
        pages: { type: "array", items: IMAGE },
        note: { anyOf: [{ type: "string" }, { type: "null" }], default: null },
        box: { $ref: "#/$defs/Box" },
      },
      required: ["photo"],
      $defs: { Box: { type: "object", description: "Where" } },
    },
  });

  expect(fields.map(({ name, kind }) => [name, kind])).toEqual([
    ["photo", "file"],
    ["pages", "file"],
    ["width", "number"],
    ["style", "choice"],
    ["note", "text"],
    ["box", "json"],
  ]);
  expect(fields[0]).toMatchObject({ types: ["image/png", "image/jpeg"], many: false });
  expect(fields[1]).toMatchObject({ many: true, required: false });
  expect(fields[2]).toMatchObject({ whole: true, min: 1, max: 8000 });
  expect(fields[5]).toMatchObject({ description: "Where" });
  expect(defaultsOf(fields)).toEqual({ width: 160, style: "a" });
});

test("without a schema the body and its types give the fields", () => {
  const fields = fieldsOf({
    inputSchema: null,
    body: ["image", "areas"],
    bodyType: [["image/png"], ["application/json"]],
  });

  expect(fields).toMatchObject([
    { name: "image", kind: "file", types: ["image/png"] },
    { name: "areas", kind: "json" },
  ]);
});

test("an example object gives typed fields", () => {
  const fields = fieldsOf({
    inputSchema: null,
    body: { name: "Me", age: 31, any: null },
  });

  expect(fields).toMatchObject([
    { name: "name", kind: "text", required: true },
    { name: "age", kind: "number", whole: true },
    { name: "any", kind: "json", required: false },
  ]);
});

test("the engine's schema of an example has its values as examples", () => {
  const [field] = fieldsOf({
    inputSchema: { type: "object", properties: { name: { type: "string" } } },
    body: { name: "Myself" },
  });

  expect(field).toMatchObject({ kind: "text", example: "Myself" });
});

test("a list of values is a list, one of objects is JSON", () => {
  expect(
    typed({ type: "array", items: { type: "integer" }, minItems: 1 }),
  ).toMatchObject({
    kind: "list",
    item: { kind: "number", whole: true },
    minItems: 1,
  });
  expect(typed({ type: "array", items: { type: "object" } })).toMatchObject({
    kind: "json",
    shape: "array",
  });
});

const WIDTH: Schema = { type: "integer", minimum: 1, maximum: 8000 };
const SHARE: Schema = { type: "number", exclusiveMinimum: 0, exclusiveMaximum: 1 };
const TENTHS: Schema = { type: "number", multipleOf: 0.1 };
const NAME: Schema = {
  type: "string",
  minLength: 2,
  maxLength: 3,
  pattern: "^[a-z😀]+$",
};
const TAGS: Schema = { type: "array", items: NAME, minItems: 1, maxItems: 2 };

test.each<[Schema, Json | undefined, string | undefined]>([
  [WIDTH, undefined, "run.needed"],
  [WIDTH, 0, "run.too_small"],
  [WIDTH, 9000, "run.too_large"],
  [WIDTH, 1.5, "run.not_whole"],
  [WIDTH, "x", "run.not_number"],
  [WIDTH, 12, undefined],
  [SHARE, 0, "run.not_above"],
  [SHARE, 1, "run.not_below"],
  [SHARE, 0.5, undefined],
  [TENTHS, 0.25, "run.not_step"],
  [TENTHS, 0.3, undefined],
  [NAME, "a", "run.too_short"],
  [NAME, "😀😀😀", undefined],
  [NAME, "abcd", "run.too_long"],
  [NAME, "AB", "run.bad_pattern"],
  [{ type: "string", pattern: "(?P<python>a)" }, "b", undefined],
  [TAGS, [], "run.too_few"],
  [TAGS, ["aa", "bb", "cc"], "run.too_many"],
  [TAGS, ["aa", "B"], "run.too_short"],
  [TAGS, ["aa"], undefined],
  [{ type: "object" }, [1], "run.not_object"],
  [{ type: "array" }, {}, "run.not_list"],
  [{}, 1, undefined],
])("of %j the value %j is told as %s", (schema, value, key) => {
  expect(faultOf(typed(schema), value)?.key).toBe(key);
});

test("a file is refused by its type, unless the type is unknown", () => {
  const [field] = fieldsOf({ inputSchema: { properties: { photo: IMAGE } } });

  if (field?.kind !== "file") throw new Error("no file");
  expect(accepts(field, "image/png")).toBe(true);
  expect(accepts(field, "image/gif")).toBe(false);
  expect(accepts(field, "")).toBe(true);
  expect(accepts({ ...field, types: ["image/*"] }, "image/gif")).toBe(true);
});

test("names become titles", () => {
  expect(titleOf("image_size")).toBe("Image size");
});
