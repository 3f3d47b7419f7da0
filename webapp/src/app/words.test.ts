/** Every key of a text that the code names is there: a missing one would be shown itself. */
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";

import { expect, test } from "vitest";

import { en as account } from "@/features/account/words/en";
import { fr as accountFr } from "@/features/account/words/fr";
import { en as admin } from "@/features/admin/words/en";
import { fr as adminFr } from "@/features/admin/words/fr";
import { canvas } from "@/features/edit/words/canvas.en";
import { canvas as canvasFr } from "@/features/edit/words/canvas.fr";
import { en as edit } from "@/features/edit/words/en";
import { fr as editFr } from "@/features/edit/words/fr";
import { en as health } from "@/features/health/words/en";
import { fr as healthFr } from "@/features/health/words/fr";
import { en as signin } from "@/features/signin/words/en";
import { fr as signinFr } from "@/features/signin/words/fr";
import { en as compare } from "@/features/task/compare/words/en";
import { fr as compareFr } from "@/features/task/compare/words/fr";
import { en as exporting } from "@/shared/exporting/words/en";
import { fr as exportingFr } from "@/shared/exporting/words/fr";
import { en } from "@/shared/i18n/en";
import { fr } from "@/shared/i18n/fr";

const SOURCES = join(import.meta.dirname, "..");

function keysOf(words: object, prefix = ""): string[] {
  return Object.entries(words).flatMap(([key, value]) =>
    typeof value === "string"
      ? [prefix + key]
      : keysOf(value as object, `${prefix}${key}.`),
  );
}

// These words come with their pages.
const all = {
  ...en,
  ...health,
  edit,
  canvas,
  compare,
  signin,
  account_page: account,
  admin,
  exporting,
};
const allFrench = {
  ...fr,
  ...healthFr,
  edit: editFr,
  canvas: canvasFr,
  compare: compareFr,
  signin: signinFr,
  account_page: accountFr,
  admin: adminFr,
  exporting: exportingFr,
};
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

/** Each key with the places for values in its text. */
function holesOf(words: object, prefix = ""): string[] {
  return Object.entries(words).flatMap(([key, value]) =>
    typeof value === "string"
      ? [`${prefix}${key} ${(value.match(/{{\w+}}/g) ?? []).sort().join(" ")}`]
      : holesOf(value as object, `${prefix}${key}.`),
  );
}

test("French has each text, with the same places for values", () => {
  expect(holesOf(allFrench)).toEqual(holesOf(all));
});
