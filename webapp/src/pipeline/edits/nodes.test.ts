import { expect, test } from "vitest";

import { findNode, loopOf } from "../document";
import { addNode, moveToLoop, newNode, removeNodes } from "./nodes";
import { sample } from "./samples";

test("a node that is added behind another takes over where that leads", () => {
  const added = addNode(sample(), newNode("node", "new"), { after: { id: "blur" } });

  expect(findNode(added, "blur")?.next).toEqual(["new"]);
  expect(findNode(added, "new")?.next).toEqual(["result"]);
});

test("a node is added on one side of a branch", () => {
  const added = addNode(sample(), newNode("node", "new"), {
    after: { id: "check", side: "else" },
  });

  expect(findNode(added, "check")).toMatchObject({
    then: { next: ["blur"] },
    else: { next: ["new"] },
  });
  expect(findNode(added, "new")?.next).toEqual(["keep"]);
});

test("a node on a way leaves the other ways as they are", () => {
  const added = addNode(sample(), newNode("node", "new"), {
    on: { from: "faces", to: "keep", side: "catch" },
  });

  expect(findNode(added, "faces")).toMatchObject({ next: ["each"], catch: ["new"] });
  expect(findNode(added, "new")?.next).toEqual(["keep"]);
});

test("behind a node of a loop the new one is in the loop, and ends the item", () => {
  const added = addNode(sample(), newNode("node", "new"), { after: { id: "judge" } });

  expect(loopOf(added, "new")).toBe("each");
  expect(findNode(added, "judge")?.next).toEqual(["new"]);
  expect(findNode(added, "new")?.next).toEqual(["loopEnd"]);
});

test("what led to a removed node leads on to what followed it", () => {
  const removed = removeNodes(sample(), ["blur"]);

  expect(findNode(removed, "check")).toMatchObject({ then: { next: ["result"] } });
});

test("several in a row are removed, and the ways close over them", () => {
  const removed = removeNodes(sample(), ["faces", "each"]);

  expect(findNode(removed, "photo")?.next).toEqual(["check"]);
  expect(findNode(removed, "crop")).toBeUndefined();
});

test("a branch that is removed leaves the way open: it is not clear which side is meant", () => {
  const removed = removeNodes(sample(), ["check"]);

  expect(findNode(removed, "each")?.next).toBeUndefined();
});

test("the handler of a failure is not replaced by what follows it", () => {
  const removed = removeNodes(sample(), ["keep"]);

  expect(findNode(removed, "faces")?.catch).toBeUndefined();
  expect(findNode(removed, "check")).toMatchObject({ else: { next: ["result"] } });
});

test("a node moves into a loop and ends the item there, and the way around is closed", () => {
  const moved = moveToLoop(sample(), ["blur"], "each");

  expect(loopOf(moved, "blur")).toBe("each");
  expect(findNode(moved, "blur")?.next).toEqual(["loopEnd"]);
  expect(findNode(moved, "check")).toMatchObject({ then: { next: ["result"] } });
});

test("a loop cannot be moved into itself, nor entry and end anywhere", () => {
  const document = sample();

  expect(moveToLoop(document, ["each", "photo", "result"], "each")).toBe(document);
});

test("the document that is changed stays as it was", () => {
  const document = sample();
  const before = JSON.stringify(document);

  removeNodes(addNode(document, newNode("loop", "l"), { after: { id: "faces" } }), [
    "each",
  ]);

  expect(JSON.stringify(document)).toBe(before);
});
