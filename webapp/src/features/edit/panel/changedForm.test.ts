import { expect, test } from "vitest";

import { formOf } from "@/pipeline/edits/inputs";
import type { Json, Schema } from "@/shared/api/types";

import { changedForm } from "./changedForm";

const changed = (value: Json, chosen: string, schema?: Schema) =>
  changedForm(formOf(value), chosen, schema);

test.each<[was: Json, Schema | undefined, becomes: Json]>([
  ["Good morning", undefined, { value: "Good morning" }],
  ["Good morning", { type: "string" }, { value: "Good morning" }],
  ["12", undefined, 12],
  ["12", { type: "string" }, { value: "12" }],
  ["0.25", { type: "number" }, 0.25],
  [{ template: "Bearer abc" }, undefined, { value: "Bearer abc" }],
])("%j becomes the constant that its author typed (%j)", (was, schema, becomes) => {
  expect(changed(was, "constant", schema)).toEqual(becomes);
});

test.each<[was: Json, Schema | undefined, becomes: Json]>([
  ["request.out.width", { type: "integer", default: 160 }, 160],
  ["many", { type: "integer", minimum: 1 }, 1],
  ["", undefined, { value: "" }],
  ["red", { enum: ["oak", "ash"] }, { value: "oak" }],
])("of %j no constant can be made (%j): the usual one is", (was, schema, becomes) => {
  expect(changed(was, "constant", schema)).toEqual(becomes);
});

test("a constant becomes the text, the name, or the default that it was", () => {
  expect(changed({ value: "Hello" }, "template")).toEqual({ template: "Hello" });
  expect(changed({ value: "a.out.b" }, "reference")).toBe("a.out.b");
  expect(changed(7, "from")).toEqual({ from: "", default: 7 });
});

test("a reference stands in the text between braces, and comes out of them again", () => {
  expect(changed("a.out.b", "template")).toEqual({ template: "{a.out.b}" });
  expect(changed({ template: "{a.out.b}" }, "reference")).toBe("a.out.b");
});
