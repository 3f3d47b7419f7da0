import { expect, test } from "vitest";

import { bodyOf } from "@/shared/upload";

import { resultsOf } from "@/shared/viewers/shapes";
import { withNeededFiles } from "./neededFiles";
import { pythonOf, quoted, snippet } from "./snippet";

const FILES = "http://localhost:8000/tasks/1/files/";

test("outputs are told apart by their shape, files first", () => {
  const results = resultsOf(
    {
      text: "hello",
      areas: [[1, 2, 30, 40]],
      people: [{ name: "A", age: 1 }, { name: "B" }],
      things: [
        { label: "cat", box: [1, 2, 3, 4] },
        { label: "dog", box: { x: 5, y: 6, w: 7, h: 8 } },
      ],
      other: { a: 1 },
      zones: [{ image: `${FILES}zones.0.image` }],
      picture: `${FILES}picture`,
    },
    FILES,
  );

  expect(results.map(({ shape, name }) => `${shape} ${name}`)).toEqual([
    "file zones.0.image",
    "file picture",
    "text text",
    "areas areas",
    "table people",
    "areas things",
    "json other",
  ]);
});

test("an address of another place is a text", () => {
  expect(resultsOf({ a: "http://evil.example/x.png" }, FILES)).toMatchObject([
    { shape: "text" },
  ]);
});

test("numbers that are no box are JSON", () => {
  expect(resultsOf({ a: [[3, 4, 1, 2]] }, FILES)).toMatchObject([{ shape: "json" }]);
});

test("a start without files is JSON, with files it is parts", () => {
  expect(bodyOf({ a: 1 }, { photo: [] })).toBe('{"a":1}');

  const form = bodyOf({ a: 1 }, { photo: [new File(["x"], "x.png")] });
  expect([...(form as FormData).keys()]).toEqual(["photo", "data"]);
});

test("nothing in a value means anything to the shell", () => {
  expect(quoted("it's $(rm -rf /)")).toBe(`'it'\\''s $(rm -rf /)'`);
});

test("values are written as Python has them", () => {
  expect(pythonOf({ a: [true, null, 1.5, "x"] })).toBe('{"a": [True, None, 1.5, "x"]}');
});

test.each(["cURL", "Python", "JavaScript"] as const)(
  "%s has the values",
  (language) => {
    const text = snippet(language, {
      engineUrl: "http://localhost:8000",
      route: "image-blur",
      values: { radius: 7 },
      files: { image: [new File(["x"], "photo.jpg")] },
    });

    expect(text).toContain("photo.jpg");
    expect(text).toMatch(/radius.*7/);
  },
);

test("code names a file that is needed, before one is chosen", () => {
  const file = {
    kind: "file",
    title: "",
    description: "",
    many: false,
    minItems: undefined,
    maxItems: undefined,
    example: undefined,
  } as const;
  const fields = [
    { ...file, name: "photo", required: true, types: ["image/png", "image/jpeg"] },
    { ...file, name: "note", required: false, types: ["text/plain"] },
    { ...file, name: "scan", required: true, types: [] },
    { ...file, name: "mask", required: true, types: ["image/png"] },
  ];

  const files = withNeededFiles(fields, { mask: [{ name: "own.png" }] });

  expect(files).toEqual({
    photo: [{ name: "photo.png" }],
    scan: [{ name: "scan" }],
    mask: [{ name: "own.png" }],
  });
});

test("Python asks for no paths where there are no files", () => {
  const call = { engineUrl: "http://a", route: "add", values: { a: 1 }, files: {} };

  expect(snippet("Python", call)).not.toContain("pathlib");
});
