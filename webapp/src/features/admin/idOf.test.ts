import { expect, test } from "vitest";

import { idOf } from "./idOf";

test.each([
  ["Art school", "art-school"],
  ["École d'été", "ecole-d-ete"],
  ["  --  ", ""],
  ["x".repeat(60), "x".repeat(40)],
])("%j is %j", (name, id) => {
  expect(idOf(name)).toBe(id);
});
