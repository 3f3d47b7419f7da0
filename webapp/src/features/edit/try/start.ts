/** Starts a task of the document as it is: kept as a version, not published. */
import type { PipelineDocument } from "@/pipeline/document";
import { apiUrl, problemOf, Unreachable } from "@/shared/api/client";
import { bodyOf } from "@/shared/upload";

import { keepVersion } from "../calls";
import type { KeptInput } from "./keptInput";

interface Start {
  route: string;
  document: PipelineDocument;
  /** The task whose steps are reused; undefined: all run. */
  continues: string | undefined;
  /** What is sent; undefined: what that task had. */
  input: KeptInput | undefined;
}

export async function startTrial({
  route,
  document,
  continues,
  input,
}: Start): Promise<string> {
  const { version } = await keepVersion(route, { ...document, type: "pipeline" });
  const query = new URLSearchParams({ version, ...(continues && { continues }) });
  const init: RequestInit = { method: "POST" };
  if (input) {
    init.body = bodyOf(input.values, input.files);
    if (typeof init.body === "string") {
      init.headers = { "content-type": "application/json" };
    }
  }

  const path = `services/${encodeURIComponent(route)}?${query.toString()}`;
  const response = await fetch(apiUrl(path), init).catch(() => {
    throw new Unreachable();
  });
  const text = await response.text();
  if (response.status === 202) return (JSON.parse(text) as { jobId: string }).jobId;
  throw problemOf(response.status, response.headers.get("content-type"), text);
}
