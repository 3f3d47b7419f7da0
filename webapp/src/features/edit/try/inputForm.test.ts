import { expect, test } from "vitest";

import type { PipelineNode } from "@/shared/api/types";

import { fieldsOfEntry, filled, fitting, inputOf } from "./inputForm";

const entry = (api: unknown) => ({ id: "in", type: "entry", api }) as PipelineNode;

test("an example fills the form, else the default does", () => {
  const fields = fieldsOfEntry(
    entry({
      inputSchema: {
        type: "object",
        properties: {
          name: { type: "string", examples: ["Ada"] },
          width: { type: "integer", default: 30 },
          note: { type: "string" },
          photo: { type: "string", format: "binary" },
        },
        required: ["name"],
      },
    }),
  );

  expect(fields.map(({ name }) => name)).toEqual(["photo", "name", "width", "note"]);
  expect(filled(fields)).toEqual({ values: { name: "Ada", width: 30 }, files: {} });
});

test("a body that is an example fills the form", () => {
  expect(filled(fieldsOfEntry(entry({ body: { count: 3 } }))).values).toEqual({
    count: 3,
  });
});

test.each([
  [undefined],
  [null],
  [{ inputSchema: "text" }],
  [{ inputSchema: { properties: { a: null, b: 7 }, required: "a" } }],
  [{ inputSchema: { properties: [] } }],
])("an entry that is not right yet has no fields: %j", (api) => {
  expect(fieldsOfEntry(entry(api))).toEqual([]);
});

test("of what was kept only that is sent which the pipeline still takes", () => {
  const photo = new File(["x"], "x.png", { type: "image/png" });
  const properties = {
    name: { type: "string" },
    width: { type: "integer", default: 30 },
    photo: { type: "string", format: "binary" },
  };
  const fields = fieldsOfEntry(entry({ inputSchema: { type: "object", properties } }));

  const kept = { values: { name: "Ada", age: 3 }, files: { photo: [photo], old: [] } };

  expect(fitting(fields, kept)).toEqual({
    values: { name: "Ada", width: 30 },
    files: { photo: [photo] },
  });
});

test("only files of this browser are kept", () => {
  const photo = new File(["x"], "x.png", { type: "image/png" });
  const old = { at: "a", key: "k", name: "k", type: "image/png", size: 1, url: "/k" };

  expect(inputOf({ values: { n: 1 }, files: { photo: [photo, old] } })).toEqual({
    values: { n: 1 },
    files: { photo: [photo] },
  });
});
