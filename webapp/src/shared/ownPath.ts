/** Where somebody may be sent after signing in: to addresses of this host alone. */

// As the engine has it (api/access/ways.py): “//host” and “/\host” are other hosts to a
// browser, and it leaves out line breaks and tabs before it looks.
const OWN = /^\/(?![/\\])[^\\\x00-\x20\x7f]*$/;
const MAX_CHARACTERS = 500;

/** The path, if it is one of this host; else the other one. */
export function ownPath(text: string, otherwise: string): string {
  return text.length <= MAX_CHARACTERS && OWN.test(text) ? text : otherwise;
}
