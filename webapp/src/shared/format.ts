/** Sizes, durations and instants, in the words of a language. */

const KILO = 1000;
const UNITS = ["B", "KB", "MB", "GB"];
const UNITS_FR = ["o", "Ko", "Mo", "Go"];

/** How often a thousand goes into a number of bytes, as far as there are words for it. */
function powerOf(count: number): number {
  let power = 0;
  while (count >= KILO ** (power + 1) && power < UNITS.length - 1) power += 1;
  return power;
}

function inUnit(count: number, power: number, language: string): string {
  const value = count / KILO ** power;
  const text = new Intl.NumberFormat(language, {
    maximumFractionDigits: digitsOf(value, power),
  });
  return text.format(value);
}

function digitsOf(value: number, power: number): number {
  return value < 10 && power > 0 ? 1 : 0;
}

/** `12 MB`, `340 KB`; in French `12 Mo`. */
export function bytes(count: number, language: string): string {
  const power = powerOf(count);
  const units = language === "fr" ? UNITS_FR : UNITS;
  return `${inUnit(count, power, language)} ${units[power] ?? ""}`;
}

/** The same of what a limit allows: never more than it is. */
export function limitOf(count: number, language: string): string {
  const power = powerOf(count);
  const step = KILO ** power / 10 ** digitsOf(count / KILO ** power, power);
  return bytes(Math.floor(count / step) * step, language);
}

/** `12` of `40 MB`: both in the unit of the whole. */
export function partOfBytes(
  done: number,
  total: number,
  language: string,
): { done: string; total: string } {
  const part = inUnit(done, powerOf(total), language);
  return { done: part, total: bytes(total, language) };
}

const SHORTEST_SECONDS = 0.1;

/** `<1 ms`, `8 ms`, `0.4 s`, `12 s`, `4 min`, `1.5 h`, `2 d`. */
export function duration(seconds: number, language: string): string {
  const number = (value: number, digits: number) =>
    new Intl.NumberFormat(language, { maximumFractionDigits: digits }).format(value);

  // Nothing takes no time: the clock of the engine is not that fine.
  if (seconds < 0.001) return "<1 ms";
  if (seconds < SHORTEST_SECONDS) return `${number(seconds * 1000, 0)} ms`;
  if (seconds < 10) return `${number(seconds, 1)} s`;
  if (seconds < 100) return `${number(seconds, 0)} s`;
  if (seconds < 59.5 * 60) return `${number(seconds / 60, 0)} min`;
  if (seconds < 48 * 3600) {
    return `${number(seconds / 3600, seconds < 10 * 3600 ? 1 : 0)} h`;
  }
  return `${number(seconds / 86400, 0)} ${language === "fr" ? "j" : "d"}`;
}

/** Seconds from one instant to another; the second may be now. */
export function secondsBetween(from: string, to: string | null, now: number): number {
  const end = to === null ? now : Date.parse(to);
  return Math.max(0, (end - Date.parse(from)) / 1000);
}

/** Names of media types as people know them: `image/jpeg` is JPEG. */
export function typeName(type: string): string {
  const known: Record<string, string> = {
    "image/jpeg": "JPEG",
    "image/png": "PNG",
    "image/webp": "WebP",
    "image/gif": "GIF",
    "image/tiff": "TIFF",
    "image/bmp": "BMP",
    "image/svg+xml": "SVG",
    "application/pdf": "PDF",
    "application/json": "JSON",
    "text/plain": "TXT",
    "text/html": "HTML",
    "text/markdown": "Markdown",
    "text/csv": "CSV",
    "audio/mpeg": "MP3",
    "audio/ogg": "Ogg",
    "audio/wav": "WAV",
    "audio/x-wav": "WAV",
    "video/mp4": "MP4",
    "video/webm": "WebM",
    "application/zip": "ZIP",
    "application/vnd.openxmlformats-officedocument.wordprocessingml.document": "Word",
  };
  return known[type] ?? type;
}

/** `PNG, JPEG, WebP`; in French `PNG, JPEG ou WebP`. */
export function listOf(words: string[], language: string): string {
  const type = language === "fr" ? "disjunction" : "unit";
  return new Intl.ListFormat(language, { type }).format(words);
}

// Letters that are spoken with a vowel first: an SVG, an HTML, an MP3.
const AN = /^([AEFHILMNORSX][A-Z0-9]|[aeio])/;

/** `a GIF`, `an SVG`; French has one word for all of them. */
export function withArticle(name: string, language: string): string {
  if (language === "fr") return name;
  return `${AN.test(name) ? "an" : "a"} ${name}`;
}

/** The browser's own way to write a language: `en-GB` has no “PM”. */
function localeOf(language: string): string {
  return navigator.languages.find((one) => one.startsWith(language)) ?? language;
}

/** The time of day, with seconds: `14:02:10`. */
export function clock(instant: string, language: string): string {
  return new Date(instant).toLocaleTimeString(localeOf(language));
}

const DAY_MS = 24 * 3600 * 1000;

/**
 * The time of day; of what is more than 24 hours away the day too. What is nearer and
 * not of today has the day of the week: a time of last night looks like one to come.
 */
export function moment(instant: string, language: string, now: number): string {
  const date = new Date(instant);
  const locale = localeOf(language);
  if (Math.abs(now - date.getTime()) >= DAY_MS) {
    return date.toLocaleString(locale, { dateStyle: "medium", timeStyle: "short" });
  }
  const time = date.toLocaleTimeString(locale);
  if (date.toDateString() === new Date(now).toDateString()) return time;
  return `${date.toLocaleDateString(locale, { weekday: "short" })} ${time}`;
}
