/** Calls of the engine that only the editor makes. */
import type { PipelineDocument } from "@/pipeline/document";
import { api, content } from "@/shared/api/client";
import type { JsonObject } from "@/shared/api/json";

export interface Stored {
  route: string;
  version: string;
}

export interface VersionLine {
  version: string;
  published_at: string | null;
  published_by: string | null;
}

export interface Renamed {
  pipeline: PipelineDocument;
  changed: { node: string; field: string }[];
}

/** A document that may have faults: the types of the engine's are those without. */
function sent<Body>(document: PipelineDocument): Body {
  return document as unknown as Body;
}

/**
 * Publish; only in the place of the version that is expected, or as a new route in a
 * space. Empty: the one that the engine takes if none is named.
 */
export async function publish(
  document: PipelineDocument,
  expected: string | undefined,
  space = "",
): Promise<Stored> {
  const headers: Record<string, string> =
    expected === undefined ? { "if-none-match": "*" } : { "if-match": `"${expected}"` };
  const query = expected === undefined && space !== "" ? { space } : {};
  const stored = await content(
    api.POST("/services", {
      params: { query: query as never },
      // A file of somebody may leave out what it is.
      body: sent({ ...document, type: "pipeline" }),
      headers,
    }),
  );
  return stored as Stored;
}

/** Store a version that can be run, and does not become the current one. */
export async function keepVersion(
  route: string,
  document: PipelineDocument,
): Promise<Stored> {
  const stored = await content(
    api.POST("/services/{route}/versions", {
      params: { path: { route } },
      body: sent(document),
    }),
  );
  return stored as Stored;
}

/** A document that was saved without being published; it may have faults. */
export interface SavedLine {
  id: string;
  saved_at: string;
  faults: number;
}

/** Save without publishing: faults do not matter. */
export async function saveUnpublished(
  route: string,
  document: PipelineDocument,
): Promise<void> {
  await api.POST("/services/{route}/saved", {
    params: { path: { route } },
    body: sent(document),
  });
}

export function savedOf(route: string, signal: AbortSignal): Promise<SavedLine[]> {
  return content(
    api.GET("/services/{route}/saved", { params: { path: { route } }, signal }),
  );
}

export function savedDocument(route: string, id: string): Promise<unknown> {
  return content(
    api.GET("/services/{route}/saved/{id}", { params: { path: { route, id } } }),
  );
}

const MOST_VERSIONS = 100;

export async function versionsOf(
  route: string,
  signal: AbortSignal,
): Promise<VersionLine[]> {
  const page = await content(
    api.GET("/services/{route}/versions", {
      params: { path: { route }, query: { limit: MOST_VERSIONS } },
      signal,
    }),
  );
  return page.items as VersionLine[];
}

export function documentOf(route: string, version: string): Promise<unknown> {
  return content(
    api.GET("/services/{route}/versions/{version}", {
      params: { path: { route, version } },
    }),
  );
}

export async function rename(
  pipeline: PipelineDocument,
  from: string,
  to: string,
): Promise<Renamed> {
  const renamed = await content(
    api.POST("/edits/rename", {
      body: { pipeline: sent<JsonObject>(pipeline), from, to },
    }),
  );
  return renamed as unknown as Renamed;
}

export async function removeRoute(route: string): Promise<void> {
  await api.DELETE("/services/{route}", { params: { path: { route } } });
}

/** With which other spaces a route is shared. */
export async function sharesOf(
  route: string,
  signal?: AbortSignal,
): Promise<Record<string, "run" | "read">> {
  const sharing = await content(
    api.GET("/services/{route}/sharing", {
      params: { path: { route } },
      ...(signal && { signal }),
    }),
  );
  return sharing.shared;
}

export async function shareRoute(
  route: string,
  space: string,
  may: "run" | "read",
): Promise<void> {
  await api.PUT("/services/{route}/sharing/{space}", {
    params: { path: { route, space } },
    body: { may },
  });
}

/** Let a schedule start another route, at the same times and with the same input. */
export async function startInstead(id: string, route: string): Promise<void> {
  const path = { params: { path: { id } } };
  const { cron, timezone, input, paused, missed } = await content(
    api.GET("/schedules/{id}", path),
  );
  await api.PUT("/schedules/{id}", {
    ...path,
    body: { route, cron, timezone, input, paused, missed },
  });
}
