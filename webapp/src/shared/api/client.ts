/**
 * Calls of the engine: an answer, or a `Problem` with its words. Paths, queries and
 * answers are those of its OpenAPI document: the compiler checks each call.
 */
import createClient, { type Middleware } from "openapi-fetch";

import { sessionIsOver } from "../session";
import type { paths } from "./schema";
import type {
  Pipeline,
  ProblemBody,
  Readiness,
  Route,
  RouteDetails,
  Section,
} from "./types";

/** Where the engine is, as the page's <base> says: it may be behind a proxy. */
export const BASE = new URL(document.baseURI).pathname;

/** The address of a call of the engine. */
export function apiUrl(path: string): string {
  return BASE + path.replace(/^\//, "");
}

/** Why the engine refused a request, in its own words (RFC 9457). */
export class Problem extends Error {
  constructor(readonly body: ProblemBody) {
    super(body.detail || body.title);
    this.name = "Problem";
  }

  /** Whether it is of this kind: the end of its type, as the engine's list has it. */
  is(kind: string): boolean {
    return this.body.type.endsWith(`:${kind}`);
  }
}

/** Whether the engine answered that there is no such thing. */
export function isUnknown(failure: unknown): boolean {
  return failure instanceof Problem && failure.body.status === 404;
}

/** The engine did not answer, or something that is not the engine did. */
export class Unreachable extends Error {
  constructor() {
    super("the engine does not answer");
    this.name = "Unreachable";
  }
}

const PROBLEM_TYPE = "application/problem+json";

/** The problem in the body of an answer that is none of success. */
export function problemOf(status: number, type: string | null, text: string): Error {
  if (type?.startsWith(PROBLEM_TYPE)) {
    const problem = new Problem(JSON.parse(text) as ProblemBody);
    if (problem.is("not-signed-in")) sessionIsOver();
    return problem;
  }
  // A proxy answers with pages of its own, when the engine is away.
  return status >= 500 ? new Unreachable() : new Error(`HTTP ${String(status)}`);
}

const errors: Middleware = {
  async onResponse({ response }) {
    if (response.ok) return;
    const type = response.headers.get("content-type");
    throw problemOf(response.status, type, await response.text());
  },
  onError: ({ error }) =>
    // The page asked for it and then changed its mind: not the engine's fault.
    error instanceof DOMException && error.name === "AbortError"
      ? error
      : new Unreachable(),
};

export const api = createClient<paths, "application/json">({
  // Its paths begin with a slash.
  baseUrl: BASE.replace(/\/$/, ""),
});
api.use(errors);

/** The content of an answer. What is not a success was raised before. */
export async function content<T>(answer: Promise<{ data?: T }>): Promise<T> {
  return (await answer).data as T;
}

type Signal = AbortSignal | undefined;

/** With a signal only if there is one: `undefined` would be another option. */
function until(signal: Signal): { signal?: AbortSignal } {
  return signal ? { signal } : {};
}

interface Place {
  path: string;
  node: string;
}

export const engine = {
  routes: (signal?: Signal) =>
    content(api.GET("/services", until(signal))) as Promise<Route[]>,

  route: (route: string, signal?: Signal) =>
    content(
      api.GET("/services/{route}", { params: { path: { route } }, ...until(signal) }),
    ) as Promise<RouteDetails>,

  /** The pipelines that call a route, or that have words in their steps. */
  steps: (query: { calls: string } | { text: string }, signal?: Signal) =>
    content(api.GET("/steps", { params: { query }, ...until(signal) })),

  version: (route: string, version: string, signal?: Signal) =>
    content(
      api.GET("/services/{route}/versions/{version}", {
        params: { path: { route, version } },
        ...until(signal),
      }),
    ) as Promise<Pipeline>,

  status: (task: string, signal?: Signal) =>
    content(
      api.GET("/tasks/{task}/status", { params: { path: { task } }, ...until(signal) }),
    ),

  outputs: (task: string, signal?: Signal) =>
    content(api.GET("/tasks/{task}", { params: { path: { task } }, ...until(signal) })),

  runs: (task: string, path: string, signal?: Signal) =>
    content(
      api.GET("/tasks/{task}/runs", {
        params: { path: { task }, query: { path } },
        ...until(signal),
      }),
    ),

  /** `whole`: values that are wanted however large they are. */
  run: (task: string, place: Place, whole: Section[], signal?: Signal) =>
    content(
      api.GET("/tasks/{task}/runs/{node}", {
        params: {
          path: { task, node: place.node },
          query: { path: place.path, whole: whole.join(",") },
        },
        ...until(signal),
      }),
    ),

  items: (
    task: string,
    place: Place,
    page: { first: number; limit: number },
    signal?: Signal,
  ) =>
    content(
      api.GET("/tasks/{task}/items", {
        params: { path: { task }, query: { ...place, ...page } },
        ...until(signal),
      }),
    ),

  tasks: (
    query: NonNullable<paths["/tasks"]["get"]["parameters"]["query"]>,
    signal?: Signal,
  ) => content(api.GET("/tasks", { params: { query }, ...until(signal) })),

  about: (signal?: Signal) => content(api.GET("/about", until(signal))),

  stats: (signal?: Signal) => content(api.GET("/stats", until(signal))),

  readiness: async (signal?: Signal): Promise<Readiness> => {
    // 503 is an answer too: it says which stores the engine cannot reach. So this call
    // goes past the client, for which it is an error.
    const response = await fetch(apiUrl("readyz"), until(signal)).catch(() => {
      throw new Unreachable();
    });
    const type = response.headers.get("content-type");
    if (type !== "application/json") throw new Unreachable();
    return (await response.json()) as Readiness;
  },

  /**
   * A new task that keeps what the old one did and does the rest; its id. It runs the
   * version that is current now, in which the cause may be mended, if none is named.
   */
  resume: async (route: string, task: string, version?: string) => {
    const query = { continues: task, ...(version && { version }) };
    const job = await content(
      api.POST("/services/{route}", { params: { path: { route }, query } }),
    );
    return (job as { jobId: string }).jobId;
  },

  cancel: (task: string) =>
    content(api.POST("/tasks/{task}/cancel", { params: { path: { task } } })),

  erase: async (task: string) => {
    await api.DELETE("/tasks/{task}", { params: { path: { task } } });
  },
};
