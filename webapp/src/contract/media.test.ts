import { expect, test } from "vitest";

import { givenBy, takenBy } from "./media";

const NOTHING = { body: {}, bodyType: null, inputSchema: null, outputSchema: null };
const PICTURE = { type: "string", format: "binary", contentMediaType: "image/png" };

test("files say what goes in; where there are none, what is typed", () => {
  const properties = { photo: PICTURE, size: { type: "integer" } };

  expect(takenBy({ ...NOTHING, inputSchema: { properties } })).toEqual(["picture"]);
  expect(takenBy({ ...NOTHING, body: { question: "Why?" } })).toEqual(["text"]);
  expect(takenBy(NOTHING)).toEqual([]);
});

test("pictures and texts say what comes out, beside numbers", () => {
  const properties = {
    score: { type: "number" },
    pages: { type: "array", items: PICTURE },
    words: { type: "string" },
    anything: {},
  };

  expect(givenBy({ ...NOTHING, outputSchema: { properties } })).toEqual([
    "picture",
    "text",
  ]);
  expect(givenBy(NOTHING)).toEqual([]);
});
