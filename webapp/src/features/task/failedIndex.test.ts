import { expect, test } from "vitest";

import { failedIndex } from "./failedIndex";

test("the fault of a loop names its item", () => {
  expect(failedIndex("item 12: node weigh: after: line 1: no")).toBe(12);
});

test("other faults name none", () => {
  expect(failedIndex("the item 12: is no list")).toBeUndefined();
});
