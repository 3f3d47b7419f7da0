import fc from "fast-check";
import { expect, test } from "vitest";

import { textOfJson } from "./text";

test("what is short stands in one line, what is long does not", () => {
  const long = "x".repeat(90);

  expect(textOfJson({ next: ["a", "b"], input: { text: long }, empty: {} })).toBe(
    `{\n  "next": ["a", "b"],\n  "input": {\n    "text": "${long}"\n  },\n  "empty": {}\n}`,
  );
});

test("any JSON is read again as it was", () => {
  fc.assert(
    fc.property(fc.jsonValue(), (value) => {
      expect(JSON.stringify(JSON.parse(textOfJson(value)))).toBe(JSON.stringify(value));
    }),
  );
});
