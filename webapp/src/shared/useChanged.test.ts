import { expect, test } from "vitest";

import { changedIn } from "./useChanged";

const marks = (...rows: [string, string][]) => new Map(rows);

test("new rows and other marks are changes", () => {
  const before = marks(["a", "running"], ["b", "finished"]);
  const after = marks(["c", "running"], ["a", "finished"], ["b", "finished"]);

  expect([...changedIn(before, after)]).toEqual(["c", "a"]);
});

test("another page of the list is none", () => {
  expect(changedIn(marks(["a", "running"]), marks(["z", "running"])).size).toBe(0);
});
