import { expect, test } from "vitest";

import type { Json } from "@/shared/api/types";

import { MAX_CHANGES, valueDifference, verdictOf } from "./valueDifference";

const file = (key: string, size = 9): Json => ({
  $blob: `task/${key}`,
  type: "image/png",
  size,
  url: `/tasks/task/blobs/${key}`,
});

test("equal values do not differ, whatever the order of their keys", () => {
  const found = valueDifference(
    { a: 1, b: [1, { c: null }] },
    { b: [1, { c: null }], a: 1 },
  );

  expect(found).toEqual({ changes: [], more: false, cut: undefined });
});

test("each field is told by its place", () => {
  const before = { width: 10, gone: true, list: [1, 2], deep: { x: "a" } };
  const after = { width: 20, list: [1, 3, 4], deep: { x: "b" }, fresh: null };

  expect(valueDifference(before, after).changes).toEqual([
    { kind: "changed", at: "width", before: 10, after: 20 },
    { kind: "changed", at: "list.1", before: 2, after: 3 },
    { kind: "added", at: "list.2", after: 4 },
    { kind: "changed", at: "deep.x", before: "a", after: "b" },
    { kind: "added", at: "fresh", after: null },
    { kind: "removed", at: "gone", before: true },
  ]);
});

test("a value of another kind is one change", () => {
  expect(valueDifference({ a: [1] }, { a: { 0: 1 } }).changes).toEqual([
    { kind: "changed", at: "a", before: [1], after: { 0: 1 } },
  ]);
  expect(valueDifference(null, { a: 1 }).changes).toEqual([
    { kind: "changed", at: "", before: null, after: { a: 1 } },
  ]);
});

test("a file that was kept is the same; another size is another file", () => {
  const before = { kept: file("k"), other: file("a", 9), unsure: file("b", 5) };
  const after = { kept: file("k"), other: file("c", 10), unsure: file("d", 5) };

  const { changes } = valueDifference(before, after);

  expect(changes).toMatchObject([
    { kind: "file", at: "other", verdict: "different" },
    { kind: "file", at: "unsure", verdict: "unknown" },
  ]);
});

test("a file in the place of a number is no comparison of files", () => {
  expect(valueDifference({ a: 1 }, { a: file("f") }).changes).toMatchObject([
    { kind: "changed", at: "a" },
  ]);
});

test("of values that are too large only the sizes are known", () => {
  expect(valueDifference({ cut: true, bytes: 70_000 }, { a: 1 })).toEqual({
    changes: [],
    more: false,
    cut: { before: 70_000, after: undefined },
  });
});

test("no more changes are looked for than anybody reads", () => {
  const many = (by: number) => Array.from({ length: 100_000 }, (_, at) => at * by);

  const found = valueDifference(many(2), many(3));

  expect(found.changes).toHaveLength(MAX_CHANGES);
  expect(found.more).toBe(true);
});

test("what is nested without end is compared as one", () => {
  const nested = (inner: Json) => {
    let value = inner;
    for (let depth = 0; depth < 500; depth += 1) value = { a: value };
    return value;
  };

  expect(valueDifference(nested(1), nested(1)).changes).toEqual([]);
  expect(valueDifference(nested(1), nested(2)).changes).toHaveLength(1);
});

test.each([
  [{ a: 1 }, { a: 1 }, "same"],
  [{ a: 1 }, { a: 2 }, "different"],
  [{ f: file("a") }, { f: file("b") }, "unsure"],
  [{ f: file("a"), n: 1 }, { f: file("b"), n: 2 }, "different"],
  [{ cut: true, bytes: 70_000 }, { cut: true, bytes: 70_000 }, "unsure"],
  [{ cut: true, bytes: 70_000 }, { cut: true, bytes: 70_001 }, "different"],
  [{ cut: true, bytes: 70_000 }, { a: 1 }, "different"],
])("what is known of %j and %j: %s", (before, after, verdict) => {
  expect(verdictOf(valueDifference(before as Json, after as Json))).toBe(verdict);
});
