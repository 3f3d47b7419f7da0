/** What kinds of things a route takes and gives, in short: pictures, documents, texts … */
import type { Route, Schema } from "@/shared/api/types";

import { fieldsOf } from "./fields";
import { resolved } from "./schemas";

export type Medium =
  "picture" | "document" | "text" | "sound" | "film" | "file" | "data";

type Contract = Pick<Route, "body" | "bodyType" | "inputSchema" | "outputSchema">;

/** What people bring: files if there are any, else what they type. */
export function takenBy(route: Contract): Medium[] {
  const fields = fieldsOf(route);
  const files = fields.filter((field) => field.kind === "file");
  if (files.length > 0) return unique(files.map(({ types }) => mediumOf(types)));
  const isText = fields.some((field) => field.kind === "text" && field.required);
  return fields.length > 0 ? [isText ? "text" : "data"] : [];
}

/** What comes out; none: nobody knows. */
export function givenBy(route: Contract): Medium[] {
  const root = route.outputSchema;
  if (!root) return [];
  const outputs = Object.values(root.properties ?? {});
  const media = unique(outputs.flatMap((output) => mediumIn(output, root) ?? []));
  // Beside a picture or a text, numbers are the smaller part.
  const best = media.filter((medium) => medium !== "data");
  return best.length > 0 ? best : media;
}

/** Undefined: nothing is said of it. */
function mediumIn(given: Schema, root: Schema): Medium | undefined {
  const schema = resolved(given, root);
  if (schema.format === "binary") return mediumOf(typesOf(schema));
  if (schema.items) {
    const inner = mediumIn(schema.items, root);
    return inner === "text" ? "data" : inner;
  }
  if (schema.type === "string") return "text";
  return schema.type === undefined ? undefined : "data";
}

function typesOf(schema: Schema): string[] {
  return (schema.contentMediaType ?? "").split(",").map((type) => type.trim());
}

const BY_KIND: Record<string, Medium> = {
  image: "picture",
  audio: "sound",
  video: "film",
  text: "document",
};

function mediumOf(types: string[]): Medium {
  const first = types[0] ?? "";
  const kind = BY_KIND[first.split("/")[0] ?? ""];
  if (kind) return kind;
  return /pdf|document|word/.test(first) ? "document" : "file";
}

function unique(media: Medium[]): Medium[] {
  return [...new Set(media)];
}
