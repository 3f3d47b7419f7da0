/** Words are found, in the form that a number asks for, with values filled in. */
import { beforeAll, expect, test } from "vitest";

import { addWords, translateTo } from "./translate";

const english = translateTo("en");
const french = translateTo("fr");

beforeAll(() => {
  addWords("en", {
    tried: {
      hello: "Hello, {{name}}",
      only: "Only in English",
      steps_one: "{{count}} step",
      steps_other: "{{count}} steps",
      none: "No steps",
    },
  });
  addWords("fr", {
    tried: {
      hello: "Bonjour {{name}}",
      signs: "« Oui » : ici ? Là ; oui ! 12:30",
      steps_one: "{{count}} étape",
      steps_other: "{{count}} étapes",
    },
  });
});

test("a value stands as it is, whatever is in it", () => {
  expect(french("tried.hello", { name: "<b>{{name}}</b> $&" })).toBe(
    "Bonjour <b>{{name}}</b> $&",
  );
});

test("the signs of French stay on the line of their word", () => {
  const text = french("tried.signs").replaceAll("\u00a0", "_");

  expect(text).toBe("«_Oui_»_: ici_? Là_; oui_! 12:30");
});

test.each([
  [0, "0 steps", "0 étape"],
  [1, "1 step", "1 étape"],
  [2, "2 steps", "2 étapes"],
  // French has a form of its own for millions, which looks like that for several.
  [1_000_000, "1000000 steps", "1000000 étapes"],
])("%i has the form of each language", (count, inEnglish, inFrench) => {
  expect(english("tried.steps", { count })).toBe(inEnglish);
  expect(french("tried.steps", { count })).toBe(inFrench);
});

test("a text that needs no form is found with a number too", () => {
  expect(english("tried.none", { count: 0 })).toBe("No steps");
});

test("what a language lacks is said in English", () => {
  expect(french("tried.only")).toBe("Only in English");
});

test.each(["tried.unknown", "tried", "tried.hello.length", "constructor.name"])(
  "%s is no word: the words given for that case are shown, else the key",
  (key) => {
    expect(english(key)).toBe(key);
    expect(english(key, "as given")).toBe("as given");
    expect(english(key, { defaultValue: "as given" })).toBe("as given");
  },
);
