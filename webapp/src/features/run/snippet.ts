/** Code that makes the same call: for a shell, Python, JavaScript. */
import type { Json, JsonObject } from "@/shared/api/types";

export const LANGUAGES = ["cURL", "Python", "JavaScript"] as const;

/** Of a file the code needs its name only. */
export type NamedFiles = Record<string, { name: string }[]>;

export interface CallOfForm {
  engineUrl: string;
  route: string;
  values: JsonObject;
  files: NamedFiles;
}

const WRITERS: Record<(typeof LANGUAGES)[number], (call: CallOfForm) => string> = {
  cURL: curl,
  Python: python,
  JavaScript: javascript,
};

export function snippet(
  language: (typeof LANGUAGES)[number],
  call: CallOfForm,
): string {
  return WRITERS[language](call);
}

function filesOf(call: CallOfForm): [string, string][] {
  return Object.entries(call.files).flatMap(([field, files]) =>
    files.map((file): [string, string] => [field, file.name]),
  );
}

/** A word of a shell: nothing in it means anything to it. */
export function quoted(text: string): string {
  return `'${text.replaceAll("'", `'\\''`)}'`;
}

function curl(call: CallOfForm): string {
  const url = quoted(`${call.engineUrl}/services/${call.route}?wait=60`);
  const files = filesOf(call);
  const json = JSON.stringify(call.values);
  const hasValues = Object.keys(call.values).length > 0;

  if (files.length === 0) {
    return `curl -H 'Content-Type: application/json' \\\n  -d ${quoted(json)} \\\n  ${url}`;
  }
  const parts = files.map(([field, name]) => `-F ${quoted(`${field}=@${name}`)}`);
  if (hasValues) parts.push(`-F ${quoted(`data=${json};type=application/json`)}`);
  return `curl ${parts.join(" \\\n  ")} \\\n  ${url}`;
}

function python(call: CallOfForm): string {
  const given = [
    ...filesOf(call).map(
      ([field, name]) => [field, `Path(${pythonOf(name)})`] as const,
    ),
    ...Object.entries(call.values).map(
      ([field, value]) => [field, pythonOf(value)] as const,
    ),
  ];
  const path = filesOf(call).length > 0 ? ["from pathlib import Path", ""] : [];
  return [
    ...path,
    "from marketplace_client import Client",
    "",
    `with Client(${pythonOf(call.engineUrl)}) as client:`,
    "    result = client.run(",
    `        ${pythonOf(call.route)},`,
    "        {",
    ...given.map(([field, text]) => `            ${pythonOf(field)}: ${text},`),
    "        },",
    "    )",
    "    print(result)",
    "",
  ].join("\n");
}

/** A value as Python writes it. */
export function pythonOf(value: Json): string {
  if (value === null) return "None";
  if (typeof value === "boolean") return value ? "True" : "False";
  if (Array.isArray(value)) return `[${value.map(pythonOf).join(", ")}]`;
  if (typeof value === "object") {
    const items = Object.entries(value).map(
      ([key, item]) => `${JSON.stringify(key)}: ${pythonOf(item)}`,
    );
    return `{${items.join(", ")}}`;
  }
  return JSON.stringify(value);
}

function javascript(call: CallOfForm): string {
  const url = JSON.stringify(`${call.engineUrl}/services/${call.route}?wait=60`);
  const files = filesOf(call);
  if (files.length === 0) {
    return [
      `const response = await fetch(${url}, {`,
      `  method: "POST",`,
      `  headers: { "content-type": "application/json" },`,
      `  body: JSON.stringify(${JSON.stringify(call.values)}),`,
      `});`,
      `console.log(await response.json());`,
    ].join("\n");
  }

  const parts = files.map(
    ([field, name]) =>
      `form.append(${JSON.stringify(field)}, await openAsBlob(${JSON.stringify(name)}), ${JSON.stringify(name)});`,
  );
  if (Object.keys(call.values).length > 0) {
    const json = JSON.stringify(JSON.stringify(call.values));
    parts.push(
      `form.append("data", new Blob([${json}], { type: "application/json" }));`,
    );
  }
  return [
    `import { openAsBlob } from "node:fs";`,
    "",
    "const form = new FormData();",
    ...parts,
    `const response = await fetch(${url}, { method: "POST", body: form });`,
    `console.log(await response.json());`,
  ].join("\n");
}
