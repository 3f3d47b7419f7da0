import { expect, test } from "vitest";

import { findNode } from "./document";
import { setField } from "./edits/fields";
import { addNode, newNode, removeNodes } from "./edits/nodes";
import { sample } from "./edits/samples";
import { clashesOf, merged, takenFrom } from "./merge";

const base = sample();

test("what only one changed is taken from it", () => {
  const mine = setField(base, "blur", "retry", 1);
  const theirs = setField(
    addNode(base, newNode("node", "note"), { after: { id: "keep" } }),
    "crop",
    "retry",
    2,
  );
  const versions = { base, mine, theirs };

  expect(clashesOf(versions)).toEqual([]);
  expect(takenFrom(versions).sort()).toEqual(["crop", "keep", "note"]);
  const both = merged(versions, new Map());
  expect(findNode(both, "blur")?.retry).toBe(1);
  expect(findNode(both, "crop")?.retry).toBe(2);
  expect(findNode(both, "keep")?.next).toEqual(["note"]);
  expect(findNode(both, "note")?.next).toEqual(["result"]);
});

test("of what both changed, what is chosen counts; mine unless it is said", () => {
  const mine = setField(base, "blur", "retry", 1);
  const theirs = setField(base, "blur", "retry", 2);
  const versions = { base, mine, theirs };

  expect(clashesOf(versions).map(({ id }) => id)).toEqual(["blur"]);
  expect(findNode(merged(versions, new Map()), "blur")?.retry).toBe(1);
  const chosen = merged(versions, new Map([["blur", "theirs" as const]]));
  expect(findNode(chosen, "blur")?.retry).toBe(2);
});

test("what one changed and the other removed clashes", () => {
  const mine = setField(base, "blur", "retry", 1);
  const theirs = removeNodes(base, ["blur"]);
  const versions = { base, mine, theirs };

  expect(clashesOf(versions).map(({ id }) => id)).toEqual(["blur"]);
  expect(
    findNode(merged(versions, new Map([["blur", "theirs"]])), "blur"),
  ).toBeUndefined();
  expect(findNode(merged(versions, new Map()), "blur")?.retry).toBe(1);
});

test("a loop that one removed keeps the work of the other in it, if that is chosen", () => {
  const mine = setField(base, "crop", "retry", 1);
  const theirs = removeNodes(base, ["each"]);
  const versions = { base, mine, theirs };

  expect(clashesOf(versions).map(({ id }) => id)).toContain("each");
  const kept = merged(versions, new Map());
  expect(findNode(kept, "crop")?.retry).toBe(1);
  expect(findNode(kept, "judge")).toBeDefined();
});

test("where I moved a node it stays, whatever else was changed", () => {
  const mine = setField(base, "blur", "position", { x: 9, y: 9 });
  const theirs = setField(base, "keep", "retry", 2);

  const both = merged({ base, mine, theirs }, new Map());

  expect(findNode(both, "blur")?.position).toEqual({ x: 9, y: 9 });
});

test("three equal documents make the same one", () => {
  expect(merged({ base, mine: base, theirs: sample() }, new Map())).toEqual(base);
});
