/** A document as text that people read and write: what is short stands in one line. */

const WIDTH = 88;
const INDENT = 2;

/** JSON, as `docs/reference/pipelines.md` writes it. */
export function textOfJson(value: unknown): string {
  return lines(value, 0, 0);
}

/** `before`: characters that stand before it in its line; `depth`: how far it is in. */
function lines(value: unknown, depth: number, before: number): string {
  const inLine = oneLine(value);
  if (depth > 0 && depth * INDENT + before + inLine.length < WIDTH) return inLine;
  if (typeof value !== "object" || value === null) return inLine;

  const inner = " ".repeat((depth + 1) * INDENT);
  const outer = " ".repeat(depth * INDENT);
  const [open, close, parts] = Array.isArray(value)
    ? ["[", "]", value.map((one: unknown) => lines(one, depth + 1, 0))]
    : ["{", "}", fieldsOf(value, depth)];
  if (parts.length === 0) return open + close;
  return `${open}\n${parts.map((part) => inner + part).join(",\n")}\n${outer}${close}`;
}

function fieldsOf(object: object, depth: number): string[] {
  return Object.entries(object)
    .filter(([, value]) => value !== undefined)
    .map(([key, value]) => {
      const name = `${JSON.stringify(key)}: `;
      return name + lines(value, depth + 1, name.length);
    });
}

function oneLine(value: unknown): string {
  if (typeof value !== "object" || value === null)
    return JSON.stringify(value) ?? "null";
  if (Array.isArray(value)) return `[${value.map(oneLine).join(", ")}]`;
  const fields = Object.entries(value).filter(([, one]) => one !== undefined);
  if (fields.length === 0) return "{}";
  const parts = fields.map(([key, one]) => `${JSON.stringify(key)}: ${oneLine(one)}`);
  return `{ ${parts.join(", ")} }`;
}
