/** What the engine's hints suggest: they quote it between “ and ”. */

const MEANT = /^did you mean “([^”]+)”\?$/;
const NAMED = /“([^”]+)” leads to no node: name “([^”]+)”/;
const BARE = /^write it bare: “([^”]+)”$/;

/** The word that a misspelt one is meant to be. */
export function wordMeant(hint: string): string | undefined {
  return MEANT.exec(hint)?.[1];
}

/** The node that ends by mistake where another cannot be reached. */
export function endingNamed(hint: string): string | undefined {
  return NAMED.exec(hint)?.[1];
}

export function bareReference(hint: string): string | undefined {
  return BARE.exec(hint)?.[1];
}

/** The JSON in a hint such as `write {"template": "…"}`. */
export function jsonMeant(hint: string): unknown {
  const found = /(\{"(?:template|value)": .*\})/.exec(hint)?.[1];
  if (found === undefined) return undefined;
  try {
    return JSON.parse(found) as unknown;
  } catch {
    return undefined;
  }
}

/** The last text between quotes in a message. */
export function lastQuoted(message: string): string | undefined {
  return [...message.matchAll(/“([^”]+)”/g)].at(-1)?.[1];
}
