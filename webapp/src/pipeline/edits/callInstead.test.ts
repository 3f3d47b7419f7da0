import { expect, test } from "vitest";

import { findNode } from "../document";
import { callersIn, callInstead } from "./callInstead";
import { sample } from "./samples";

test("steps call another route, also in loops, and nothing else changes", () => {
  const document = sample();

  const changed = callInstead(document, "image-crop", "image-cut");

  expect(findNode(changed, "crop")?.service).toBe("image-cut");
  expect(callersIn(changed, "image-cut")).toEqual(["crop"]);
  expect(callInstead(changed, "image-cut", "image-crop")).toEqual(document);
  expect(findNode(changed, "blur")).toBe(findNode(document, "blur"));
});

test("a document that does not call it stays the same", () => {
  const document = sample();

  expect(callInstead(document, "crop", "cut")).toBe(document);
});
