import { expect, test } from "vitest";

import { blobsIn, cutBytes, hasOnlyBlobs, withNames } from "./blobs";

const blob = { $blob: "t/a", type: "image/png", size: 9, name: "a.png", url: "/b/a" };

test("files are found wherever they are in a value", () => {
  const found = blobsIn({ face: blob, all: [{ picture: blob }] });

  expect(found.map(({ at }) => at)).toEqual(["face", "all.0.picture"]);
});

test("in the value the name of a file stands for it", () => {
  expect(withNames({ face: blob, count: 1 })).toEqual({ face: "→ a.png", count: 1 });
});

test("of very many files the first are shown", () => {
  expect(blobsIn(Array.from({ length: 1000 }, () => blob))).toHaveLength(60);
});

test("a value that is nothing but files needs no JSON", () => {
  expect(hasOnlyBlobs({ face: blob })).toBe(true);
  expect(hasOnlyBlobs({ face: blob, count: 1 })).toBe(false);
  expect(hasOnlyBlobs({})).toBe(false);
});

test("a large value tells its size; data that looks alike is data", () => {
  expect(cutBytes({ cut: true, bytes: 70000 })).toBe(70000);
  expect(cutBytes({ cut: true, bytes: 70000, more: 1 })).toBeUndefined();
  expect(cutBytes([1])).toBeUndefined();
});
