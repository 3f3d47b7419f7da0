/** Every key of a text that the code names is there: a missing one would be shown itself. */
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";

import { expect, test } from "vitest";

import { canvas } from "@/features/edit/words/canvas.en";
import { en as edit } from "@/features/edit/words/en";
import { en } from "@/shared/i18n/en";

const SOURCES = join(import.meta.dirname, "..");

function keysOf(words: object, prefix = ""): string[] {
  return Object.entries(words).flatMap(([key, value]) =>
    typeof value === "string"
      ? [prefix + key]
      : keysOf(value as object, `${prefix}${key}.`),
  );
}

// The editor's words come with its page.
const all = { ...en, edit, canvas };
const known = new Set(keysOf(all));
const groups = Object.keys(all).join("|");

// A text in quotation marks that begins with the name of a group of words.
const KEY = new RegExp(`["'\`]((?:${groups})(?:\\.\\w+)+)["'\`]`, "g");

// What takes a number has a form for one and a form for more, and what takes none has
// only itself: `t("gallery.ran")` without a count would show the key.
const COUNTED = /^[^)]*\{[^}]*\bcount\b/;

// Colours of MUI are written in the same way.
const COLOUR = /\.(main|light|dark)$/;

test("every text that is named is there", () => {
  const missing: string[] = [];
  for (const name of readdirSync(SOURCES, { recursive: true, encoding: "utf-8" })) {
    if (!/\.tsx?$/.test(name) || /\.test\.|i18n|words/.test(name)) continue;
    const source = readFileSync(join(SOURCES, name), "utf-8");
    for (const match of source.matchAll(KEY)) {
      const key = match[1] ?? "";
      const rest = source.slice(match.index + match[0].length);
      const isThere =
        COLOUR.test(key) ||
        known.has(key) ||
        (COUNTED.test(rest) && known.has(`${key}_one`));
      if (!isThere) missing.push(`${name}: ${key}`);
    }
  }

  expect(missing).toEqual([]);
});
