import { expect, test } from "vitest";

import { below, stepsOf } from "./framePath";

test("a path names the items on the way, and their loops", () => {
  expect(stepsOf("faces.2[10]/parts[0]")).toEqual([
    { loop: "faces", index: 10, path: "faces.2[10]" },
    { loop: "parts", index: 0, path: "faces.2[10]/parts[0]" },
  ]);
});

test("what is no path has no steps", () => {
  expect(stepsOf("")).toEqual([]);
  expect(stepsOf("faces")).toEqual([]);
});

test("the path of an item begins below its task", () => {
  expect(below("t", "t/faces[1]")).toBe("faces[1]");
  expect(below("t", "faces[1]")).toBe("faces[1]");
});
