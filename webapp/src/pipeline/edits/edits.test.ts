import { expect, test } from "vitest";

import { findNode } from "../document";
import { setField } from "./fields";
import { addInput, formOf, renameInput, setInput, valueOf } from "./inputs";
import { renameLocally, renameOutput } from "./rename";
import { sample } from "./samples";
import { connect, disconnect, moveWay } from "./ways";

test("nodes are connected and disconnected, on each side", () => {
  const way = { from: "check", to: "result", side: "then" } as const;
  const connected = connect(sample(), way);

  expect(findNode(connected, "check")).toMatchObject({
    then: { next: ["blur", "result"] },
  });
  expect(disconnect(connected, way)).toEqual(sample());
});

test("to connect again changes nothing at all", () => {
  const document = sample();

  expect(connect(document, { from: "photo", to: "faces" })).toBe(document);
});

test("a side that keeps the ways of its branch gets its own when it changes", () => {
  const document = {
    nodes: [
      {
        id: "b",
        type: "branch" as const,
        if: "True",
        then: "node.out = {}",
        next: ["x"],
      },
    ],
  };

  const connected = connect(document, { from: "b", to: "y", side: "then" });

  expect(findNode(connected, "b")).toMatchObject({
    then: { exec: "node.out = {}", next: ["x", "y"] },
    next: ["x"],
  });
});

test("a way keeps its place when it leads elsewhere", () => {
  const many = connect(sample(), { from: "photo", to: "keep" });

  const moved = moveWay(many, { from: "photo", to: "faces" }, { to: "check" });

  expect(findNode(moved, "photo")?.next).toEqual(["check", "keep"]);
});

test("a field is set where it was, and removed with what is empty then", () => {
  const document = sample();
  const set = setField(document, "check", "then.exec", "x = 1");

  expect(findNode(set, "check")).toMatchObject({ then: { exec: "x = 1" } });
  expect(setField(set, "check", "then.exec", undefined)).toEqual(document);
  const bare = setField(document, "keep", "input.result", undefined);
  expect(findNode(bare, "keep")).not.toHaveProperty("input");
});

test("a value that is the same makes no new document", () => {
  const document = sample();

  expect(setField(document, "faces", "service", "face-detect")).toBe(document);
});

test("a field that is called __proto__ is a field", () => {
  const set = setInput(sample(), "keep", "__proto__", 1);

  const input = findNode(set, "keep")?.input as object;
  expect(Object.getPrototypeOf(input)).toBe(Object.prototype);
  expect(Object.keys(input)).toContain("__proto__");
});

test("an input keeps its place under another name, and replaces none", () => {
  const document = sample();
  const renamed = renameInput(document, "blur", "image", "picture");

  expect(Object.keys(findNode(renamed, "blur")?.input as object)[0]).toBe("picture");
  expect(renameInput(document, "blur", "image", "areas")).toBe(document);
});

test.each([
  "photo.out.image",
  5,
  null,
  [[0, 0, 1, 1]],
  { value: "fast" },
  { value: { a: 1 } },
  { from: "a.out.b", default: null },
  { template: "{a.out.b}!" },
])("%j is written again as it was", (value) => {
  expect(valueOf(formOf(value))).toEqual(value);
});

test("a key that is added twice keeps the value that it has", () => {
  const document = setInput(sample(), "blur", "image", "photo.out.image");

  expect(addInput(document, "blur", "image", "")).toBe(document);
  expect(addInput(document, "blur", "more", 7)).toEqual(
    setInput(document, "blur", "more", 7),
  );
});

test("a rename reaches ways, references, templates and code, and no texts", () => {
  const names = new Map([
    ["faces", "found"],
    ["crop", "cut"],
    ["each", "all"],
  ]);

  const renamed = renameLocally(sample(), names);

  const text = JSON.stringify(renamed);
  expect(text).not.toMatch(/"(faces|crop|each)[".]/);
  expect(findNode(renamed, "judge")?.after).toBe(
    "node.out['ok'] = cut.out['size'] > 3  # of crop",
  );
  expect(findNode(renamed, "blur")?.input).toMatchObject({
    title: { template: "{found.out.count} faces" },
  });
  expect(renameLocally(sample(), new Map())).toEqual(sample());
});

test("what a node gives under another key is named so by all who use it", () => {
  const before = setField(
    sample(),
    "judge",
    "before",
    "x = photo.out.image or photo.out['image']  # photo.out.image\ny = 'photo.out.image'",
  );

  const after = renameOutput(before, "photo", "image", "picture");

  expect(findNode(after, "judge")?.before).toBe(
    "x = photo.out.picture or photo.out['picture']  # photo.out.image\ny = 'photo.out.image'",
  );
  expect(findNode(after, "crop")?.input).toMatchObject({ image: "photo.out.picture" });
  expect(findNode(after, "keep")?.input).toEqual({ result: "photo.out.picture" });
  expect(renameOutput(after, "photo", "pict", "image")).toBe(after);
});
