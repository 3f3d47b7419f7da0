/** A table as CSV (RFC 4180). */
import type { Json, JsonObject } from "@/shared/api/types";

// What a spreadsheet would take for a formula, and so run what a stranger wrote.
const FORMULA = /^[=+\-@\t\r]/;

export function csvOf(columns: string[], rows: JsonObject[]): string {
  const lines = rows.map((row) => columns.map((column) => cell(row[column])));
  return [columns.map(cell), ...lines].map((line) => `${line.join(",")}\r\n`).join("");
}

function cell(value: Json | undefined): string {
  if (value === undefined || value === null) return "";
  if (typeof value !== "string") return quoted(JSON.stringify(value));
  return quoted(FORMULA.test(value) ? `'${value}` : value);
}

function quoted(text: string): string {
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}
