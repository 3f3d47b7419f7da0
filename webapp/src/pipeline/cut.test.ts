import { expect, test } from "vitest";

import { cutAt } from "./cut";
import { findNode } from "./document";
import { sample } from "./edits/samples";

test("up to a node there are those before it, the node, and an end", () => {
  const cut = cutAt(sample(), "check");

  expect(cut?.nodes.map(({ id }) => id)).toEqual([
    "photo",
    "faces",
    "each",
    "check",
    "result",
  ]);
  expect(cut && findNode(cut, "check")).toMatchObject({
    then: { next: ["result"] },
    else: { next: ["result"] },
  });
  expect(cut && findNode(cut, "result")).toEqual({ id: "result", type: "end" });
  expect(cut && findNode(cut, "faces")).not.toHaveProperty("catch");
});

test("up to a node in a loop the loop gives its output for each item", () => {
  const cut = cutAt(sample(), "crop");

  expect(cut && findNode(cut, "each")).toMatchObject({
    nodes: [{ id: "crop", next: ["loopEnd"] }],
    collect: { crop: ["crop.out"] },
    next: ["result"],
  });
  expect(cut && findNode(cut, "judge")).toBeUndefined();
});

test("up to the end it is the document itself; up to nothing there is none", () => {
  const document = sample();

  expect(cutAt(document, "result")).toBe(document);
  expect(cutAt(document, "nobody")).toBeUndefined();
});
