/** Tries code with the values of a task; nothing of the task changes. */
import { apiUrl, problemOf, Unreachable } from "@/shared/api/client";
import type { Json } from "@/shared/api/types";

export type CodeKind = "expression" | "statements" | "reference" | "template";

export interface Evaluated {
  value?: Json;
  fault?: { line: number | null; message: string };
  printed?: string | null;
}

export interface Asked {
  task: string;
  path: string;
  node: string;
  code: string;
  kind: CodeKind;
}

export async function evaluate(asked: Asked, signal: AbortSignal): Promise<Evaluated> {
  const { task, path, ...body } = asked;
  let response: Response;
  try {
    response = await fetch(apiUrl(`tasks/${encodeURIComponent(task)}/evaluate`), {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify({ ...body, ...(path !== "" && { path }) }),
      signal,
    });
  } catch (error) {
    if (error instanceof DOMException) throw error;
    throw new Unreachable();
  }
  const text = await response.text();
  if (response.ok) return JSON.parse(text) as Evaluated;
  throw problemOf(response.status, response.headers.get("content-type"), text);
}
