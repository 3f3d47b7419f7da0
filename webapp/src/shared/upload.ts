/** Starts a task with files, and tells how much of them was sent. */
import { apiUrl, problemOf, Unreachable } from "./api/client";
import type { JsonObject } from "./api/types";

export interface Upload {
  /** The id of the task. */
  started: Promise<string>;
  cancel: () => void;
}

export type FilesByField = Record<string, File[]>;

const DATA_PART = "data";

/** The body of a start: parts if there are files, else JSON. */
export function bodyOf(values: JsonObject, files: FilesByField): FormData | string {
  const chosen = Object.entries(files).filter(([, list]) => list.length > 0);
  if (chosen.length === 0) return JSON.stringify(values);

  const form = new FormData();
  for (const [field, list] of chosen) {
    for (const file of list) form.append(field, file, file.name);
  }
  if (Object.keys(values).length > 0) {
    const json = new Blob([JSON.stringify(values)], { type: "application/json" });
    form.append(DATA_PART, json);
  }
  return form;
}

export interface Start {
  values: JsonObject;
  files: FilesByField;
  /** An ended task that has the files and values that are not sent. */
  continues: string | undefined;
  /** Sent twice, it starts one task. */
  key: string;
}

/**
 * Post the values and files of a form. `fetch` cannot tell how much was sent, so this
 * is XMLHttpRequest.
 */
export function start(
  route: string,
  { values, files, continues, key }: Start,
  onProgress: (sent: number, total: number) => void,
): Upload {
  const request = new XMLHttpRequest();

  const started = new Promise<string>((resolve, reject) => {
    const query = continues === undefined ? "" : `?continues=${continues}`;
    request.open("POST", apiUrl(`services/${encodeURIComponent(route)}${query}`));
    request.setRequestHeader("idempotency-key", key);
    request.upload.onprogress = (event) => {
      if (event.lengthComputable) onProgress(event.loaded, event.total);
    };
    request.onerror = () => {
      reject(new Unreachable());
    };
    request.onabort = () => {
      reject(new DOMException("cancelled", "AbortError"));
    };
    request.onload = () => {
      if (request.status === 202) {
        resolve((JSON.parse(request.responseText) as { jobId: string }).jobId);
        return;
      }
      const type = request.getResponseHeader("content-type");
      reject(problemOf(request.status, type, request.responseText));
    };

    const body = bodyOf(values, files);
    if (typeof body === "string") {
      request.setRequestHeader("content-type", "application/json");
    }
    request.send(body);
  });

  return {
    started,
    cancel: () => {
      request.abort();
    },
  };
}
