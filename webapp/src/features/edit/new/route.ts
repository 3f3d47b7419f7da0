/** Names of routes, and the first document of a new pipeline. */
import type { PipelineDocument } from "@/pipeline/document";
import type { JsonObject } from "@/shared/api/types";

const ROUTE = /^[A-Za-z0-9][A-Za-z0-9._-]{0,99}$/;

/** The engine answers `/services/validate` itself. */
export function isRoute(text: string): boolean {
  return ROUTE.test(text) && text !== "validate";
}

/** What somebody may have meant who typed words: `Blur faces!` is `blur-faces`. */
export function routeLike(text: string): string | undefined {
  const plain = text.normalize("NFD").replace(/\p{Mark}/gu, "");
  const words = plain.toLowerCase().split(/[^a-z0-9._]+/);
  const route = words
    .filter(Boolean)
    .join("-")
    .replace(/^[._-]+/, "");
  return isRoute(route) ? route : undefined;
}

export interface Beginning {
  route: string;
  summary: string;
  /** An example of typed data, or the names of files. */
  body: JsonObject | string[];
}

/** An entry that takes what the example shows, and an end that gives it back. */
export function firstDocument({ route, summary, body }: Beginning): PipelineDocument {
  const names = Array.isArray(body) ? body : Object.keys(body);
  const input = Object.fromEntries(names.map((name) => [name, `request.out.${name}`]));
  const only = Array.isArray(body) && body.length === 1 ? body[0] : undefined;
  const api = { route, body: only ?? body, ...(summary !== "" && { summary }) };

  return {
    type: "pipeline",
    nodes: [
      { id: "request", type: "entry", api, next: ["result"] },
      { id: "result", type: "end", input },
    ],
  };
}
