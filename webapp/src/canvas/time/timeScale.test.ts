import { expect, test } from "vitest";

import { instantAt, percent, shareOf } from "./timeScale";

const whole = { from: 1000, to: 3000 };

test("an instant has its place on the line, and the place its instant", () => {
  expect(shareOf(1500, whole)).toBe(0.25);
  expect(instantAt(0.25, whole)).toBe(1500);
  expect(percent(0.25)).toBe("25%");
});

test("the end of the line is the present", () => {
  expect(instantAt(1, whole)).toBeUndefined();
  expect(instantAt(-1, whole)).toBe(1000);
});
