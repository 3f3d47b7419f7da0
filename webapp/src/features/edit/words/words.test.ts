import { expect, test } from "vitest";

import { canvas as canvasEn } from "./canvas.en";
import { canvas as canvasFr } from "./canvas.fr";
import { en as editEn } from "./en";
import { fr as editFr } from "./fr";

const en = { edit: editEn, canvas: canvasEn };
const fr = { edit: editFr, canvas: canvasFr };

function keysOf(words: object, before = ""): string[] {
  return Object.entries(words).flatMap(([key, value]) =>
    typeof value === "object"
      ? keysOf(value as object, `${before}${key}.`)
      : [before + key],
  );
}

function holesOf(words: object): string[] {
  return Object.values(words).flatMap((value) =>
    typeof value === "object"
      ? holesOf(value as object)
      : [((value as string).match(/\{\{\w+\}\}/g) ?? []).sort().join()],
  );
}

test("both languages have the same words, with the same values in them", () => {
  expect(keysOf(fr)).toEqual(keysOf(en));
  expect(holesOf(fr)).toEqual(holesOf(en));
});
