import { expect, test } from "vitest";

import { isRoute, routeLike } from "./route";

test.each([
  ["Greet people", "greet-people"],
  ["  Visages floutés !", "visages-floutes"],
  ["a/b", "a-b"],
  ["v1.2_x", "v1.2_x"],
  ["validate", undefined],
  ["日本", undefined],
  ["", undefined],
])("%s is meant as %s", (text, expected) => {
  expect(routeLike(text)).toBe(expected);
  expect(expected === undefined || isRoute(expected)).toBe(true);
});
