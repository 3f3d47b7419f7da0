/** Reads JSON of anybody: bounded, and without keys that mean more than a name. */
import { isObject } from "./document";

/** As large as a document may be. */
const MAX_CHARACTERS = 1_048_576;
const MAX_VALUES = 100_000;
const MAX_DEPTH = 32;

/** Why a text is not taken, and the place it is about. */
export interface Refusal {
  code: "no_json" | "too_large" | "too_nested" | "bad_key";
  place: string;
}

/** Parse JSON of anybody: bounded, and without keys that mean more than a name. */
export function parsed(
  text: string,
): { json: unknown; problem?: undefined } | { json?: undefined; problem: Refusal } {
  if (text.length > MAX_CHARACTERS) return { problem: refusal("too_large") };
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch (error) {
    return { problem: refusal("no_json", error instanceof Error ? error.message : "") };
  }
  const problem = excess(json);
  return problem ? { problem } : { json };
}

/** What a document has too much of. Level by level: the depth is not trusted. */
function excess(json: unknown): Refusal | undefined {
  let level: unknown[] = [json];
  let count = 0;
  for (let depth = 0; level.length > 0; depth += 1) {
    count += level.length;
    if (count > MAX_VALUES) return refusal("too_large");
    if (depth > MAX_DEPTH) return refusal("too_nested");

    const bad = level.find((value) => isObject(value) && Object.hasOwn(value, PROTO));
    if (bad !== undefined) return refusal("bad_key", PROTO);
    level = level.flatMap((value) =>
      typeof value === "object" && value !== null ? Object.values(value) : [],
    );
  }
  return undefined;
}

const PROTO = "__proto__";

function refusal(code: Refusal["code"], place = ""): Refusal {
  return { code, place };
}
