import { expect, test } from "vitest";

import type { PipelineNode } from "@/shared/api/types";

import { bodyExample, exampleInput, parsedInput } from "./scheduleInput";

test("a schedule begins with what its route needs", () => {
  const inputSchema = {
    required: ["rows", "mail", "days", "source"],
    properties: {
      rows: { type: "array" },
      mail: { type: "string", examples: ["boss@example.org"] },
      days: { type: "integer", default: 7 },
      source: { type: ["string", "null"] },
      note: { type: "string" },
    },
  };

  expect(exampleInput({ inputSchema })).toEqual({
    rows: [],
    mail: "boss@example.org",
    days: 7,
    source: "",
  });
  expect(exampleInput({ inputSchema: null })).toEqual({});
});

test("the example of the author comes first; names of files are none", () => {
  const entry = (body: unknown) =>
    ({ id: "request", type: "entry", api: { body } }) as unknown as PipelineNode;

  expect(bodyExample(entry({ name: "Ada" }))).toEqual({ name: "Ada" });
  expect(bodyExample(entry(["image"]))).toBeUndefined();
  expect(bodyExample(undefined)).toBeUndefined();
});

test("what is no object is no input", () => {
  expect(parsedInput('{"a": 1}')).toEqual({ a: 1 });
  expect(parsedInput(" ")).toEqual({});
  expect(parsedInput("[1]")).toBeUndefined();
  expect(parsedInput("{a: 1}")).toBeUndefined();
});
