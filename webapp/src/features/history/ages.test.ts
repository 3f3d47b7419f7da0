import { expect, test } from "vitest";

import { sinceOf } from "./ages";

test("an age is an instant; what is none does not narrow the list", () => {
  const now = Date.parse("2026-11-30T12:00:00Z");

  expect(sinceOf("1h", now)).toBe("2026-11-30T11:00:00.000Z");
  expect(sinceOf("", now)).toBeUndefined();
  expect(sinceOf("yesterday", now)).toBeUndefined();
});
