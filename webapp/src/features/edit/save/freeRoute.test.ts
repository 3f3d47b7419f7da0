import { expect, test } from "vitest";

import { isRoute } from "../new/route";
import { freeRoute } from "./freeRoute";

const of =
  (...taken: string[]) =>
  (route: string) =>
    taken.includes(route);

test("the next number that is free is taken", () => {
  expect(freeRoute("blur", of("blur"))).toBe("blur-2");
  expect(freeRoute("blur", of("blur", "blur-2", "blur-3"))).toBe("blur-4");
  expect(freeRoute("blur-2", of())).toBe("blur-3");
  expect(freeRoute("face-thumbnail", of())).toBe("face-thumbnail-2");
});

test("a name that is as long as can be stays a name", () => {
  const long = freeRoute("a".repeat(100), of());

  expect(long.endsWith("-2")).toBe(true);
  expect(isRoute(long)).toBe(true);
});
