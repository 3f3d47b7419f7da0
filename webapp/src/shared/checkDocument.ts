/** The engine's check of a document: the one truth about what is wrong. */
import { apiUrl, problemOf, Unreachable } from "./api/client";
import type { Fault } from "./api/types";

export async function checkDocument(
  document: object,
  signal?: AbortSignal,
): Promise<Fault[]> {
  const response = await fetch(apiUrl("services/validate"), {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify({ ...document, type: "pipeline" }),
    ...(signal && { signal }),
  });
  const text = await response.text();
  if (response.ok) return JSON.parse(text) as Fault[];

  const problem = problemOf(
    response.status,
    response.headers.get("content-type"),
    text,
  );
  if (problem instanceof Unreachable) throw problem;
  // A document that is refused as a whole is a fault too.
  return [
    { node: null, field: null, code: "refused", message: problem.message, hint: "" },
  ];
}
