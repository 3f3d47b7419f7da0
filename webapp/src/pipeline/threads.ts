/** Where the inputs of a node come from: references in whatever form they stand. */
import type { Json, PipelineNode } from "@/shared/api/types";

/** One input, and the node whose value it gets. */
export interface Thread {
  from: string;
  /** The field of the node, such as `input.image` or `items`. */
  field: string;
  reference: string;
}

const IN_BRACES = /\{([^{}]+)\}/g;

export function threadsOf(node: PipelineNode): Thread[] {
  const fields: [string, unknown][] = [
    ["input", node.input],
    ["then.out", typeof node.then === "object" ? outOf(node.then) : undefined],
    ["else.out", typeof node.else === "object" ? outOf(node.else) : undefined],
    ["headers", node.headers],
    ["query", node.query],
  ];
  const values = fields.flatMap(([field, directive]) =>
    Object.entries((directive as Record<string, Json> | undefined) ?? {}).map(
      ([key, value]) => [`${field}.${key}`, value] as const,
    ),
  );
  const all: (readonly [string, Json | undefined])[] = [
    ...values,
    ["items", node.items as Json | undefined],
  ];
  return all.flatMap(([field, value]) =>
    referencesIn(value).map((reference) => ({
      field,
      reference,
      from: reference.replace(/^loop\./, "").split(".")[0] ?? "",
    })),
  );
}

function outOf(part: object): unknown {
  return (part as { out?: unknown }).out;
}

/** The references in a value of a directive. */
export function referencesIn(value: Json | undefined): string[] {
  if (typeof value === "string") return [value];
  if (value === null || typeof value !== "object" || Array.isArray(value)) return [];
  if (typeof value.from === "string") return [value.from];
  if (typeof value.template === "string") {
    return [...value.template.matchAll(IN_BRACES)].map(([, inside = ""]) => inside);
  }
  return [];
}
