/** A value in a line: files by name and size, long ones cut. */
import type { Json } from "@/shared/api/types";

const MAX_CHARACTERS = 160;

export function shortOf(value: Json): string {
  const text = JSON.stringify(value, (_, one: unknown) => fileWords(one) ?? one);
  return text.length > MAX_CHARACTERS ? `${text.slice(0, MAX_CHARACTERS)}…` : text;
}

const KILO = 1000;

function fileWords(value: unknown): string | undefined {
  if (typeof value !== "object" || value === null || !("$blob" in value))
    return undefined;
  const { type, size, name } = value as { type?: string; size?: number; name?: string };
  const kilobytes = `${String(Math.ceil((size ?? 0) / KILO))} KB`;
  return [name, type, kilobytes].filter(Boolean).join(", ");
}
