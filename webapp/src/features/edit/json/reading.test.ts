import { expect, test } from "vitest";

import { findNode } from "@/pipeline/document";
import { setField } from "@/pipeline/edits/fields";
import { sample } from "@/pipeline/edits/samples";

import { becomes, changeOf } from "./reading";

test("a text that says the same makes no new document", () => {
  const now = sample();

  expect(becomes(now, JSON.stringify(now)).document).toBe(now);
});

test("what a text does not change stays the same object", () => {
  const now = sample();
  const text = JSON.stringify(setField(now, "blur", "retry", 3));

  const { document } = becomes(now, text);

  expect(document && findNode(document, "blur")?.retry).toBe(3);
  expect(document && findNode(document, "each")).toBe(findNode(now, "each"));
});

test("a text that cannot be read makes no document", () => {
  expect(becomes(sample(), '{"nodes": [').document).toBeUndefined();
  expect(becomes(sample(), '{"nodes": 5}').document).toBeUndefined();
});

test("a change by another view while the text was unreadable is kept", () => {
  const of = sample();
  const now = setField(of, "keep", "retry", 1);
  const text = JSON.stringify(setField(of, "blur", "retry", 3));

  const { document } = becomes(now, text, of);

  expect(document && findNode(document, "keep")?.retry).toBe(1);
  expect(document && findNode(document, "blur")?.retry).toBe(3);
});

test.each([
  ["abcd", "abXd", { from: 2, to: 3, insert: "X" }],
  ["aa", "aaa", { from: 2, to: 2, insert: "a" }],
  ["aaa", "aa", { from: 2, to: 3, insert: "" }],
  ["", "a", { from: 0, to: 0, insert: "a" }],
  ["same", "same", { from: 4, to: 4, insert: "" }],
])("from %j to %j only what differs is typed", (before, after, change) => {
  expect(changeOf(before, after)).toEqual(change);
});
