/** Finds the words for a key, in the form that a number asks for, with values filled in. */

export type Language = "en" | "fr";

/** Words by their names, in groups: `gallery.title` is the title within the gallery. */
export interface Words {
  [name: string]: string | Words;
}

type Values = Record<string, unknown>;

/** The words for a key. A text in the place of values is what to say without any words. */
export type Translate = (key: string, values?: Values | string) => string;

/** What is shown where a language lacks a word. */
const FALLBACK: Language = "en";

const known: Record<Language, Words> = { en: {}, fr: {} };

/** Add groups of words; a page that is loaded later brings its own. */
export function addWords(language: Language, words: Words): void {
  Object.assign(known[language], words);
}

/** How a language translates. `values` may have `defaultValue`, and `count` for a form. */
export function translateTo(language: Language): Translate {
  const plural = new Intl.PluralRules(language);

  return (key, given = {}) => {
    const values = typeof given === "string" ? { defaultValue: given } : given;
    const keys =
      typeof values.count === "number"
        ? [`${key}_${plural.select(values.count)}`, `${key}_other`, key]
        : [key];

    const own = find(language, keys);
    const text = own === undefined ? find(FALLBACK, keys) : typeset(own, language);
    return filledIn(text ?? textOf(values.defaultValue ?? key), values);
  };
}

/** French signs of two parts, and its quotes, stay on the line of their word. */
function typeset(text: string, language: Language): string {
  if (language !== "fr") return text;
  return text.replace(/ ([:;?!»])/g, "\u00a0$1").replace(/« /g, "«\u00a0");
}

function find(language: Language, keys: string[]): string | undefined {
  for (const key of keys) {
    const word = wordAt(known[language], key);
    if (word !== undefined) return word;
  }
  return undefined;
}

function wordAt(words: Words, key: string): string | undefined {
  let place: string | Words | undefined = words;
  for (const name of key.split(".")) {
    const isGroup: boolean = typeof place === "object" && Object.hasOwn(place, name);
    place = isGroup ? (place as Words)[name] : undefined;
  }
  return typeof place === "string" ? place : undefined;
}

/** React escapes what it shows, so values stand as they are. */
function filledIn(text: string, values: Values): string {
  return text.replace(/\{\{(\w+)\}\}/g, (_, name: string) => textOf(values[name]));
}

function textOf(value: unknown): string {
  return value === undefined || value === null ? "" : String(value as string | number);
}
