/** Calls of the engine about people, spaces, groups and what was done. */
import { api, apiUrl, content, problemOf, Unreachable } from "@/shared/api/client";
import type { components, paths } from "@/shared/api/schema";

type Schemas = components["schemas"];
export type Person = Schemas["PersonLine"];
export type Space = Schemas["Space"];
export type Member = Schemas["Member"];
export type Group = Schemas["Group"];
export type Entry = Schemas["AuditEntry"];

export const ROLES = ["reader", "author", "owner"] as const;
export type Role = (typeof ROLES)[number];

type BodyOf<Call> = Call extends {
  requestBody?: { content: { "application/json": infer Body } };
}
  ? Body
  : never;
export type NewPerson = BodyOf<paths["/people"]["post"]>;
export type PersonChange = BodyOf<paths["/people/{id}"]["patch"]>;

export const ROWS = 50;

type Page = Record<"cursor", string>;

export const people = (
  query: Record<"begins" | "cursor", string>,
  signal: AbortSignal,
) =>
  content(
    api.GET("/people", {
      params: { query: { ...withoutEmpty(query), limit: ROWS } },
      signal,
    }),
  );

export const addPerson = (body: NewPerson) => content(api.POST("/people", { body }));

export const changePerson = (id: string, body: PersonChange) =>
  content(api.PATCH("/people/{id}", { params: { path: { id } }, body }));

/** How far the erasing of somebody is. */
export const erasure = (id: string, signal: AbortSignal) =>
  content(api.GET("/people/{id}/erasure", { params: { path: { id } }, signal }));

export async function erasePerson(id: string): Promise<void> {
  await api.DELETE("/people/{id}", { params: { path: { id } } });
}

export const spaces = (signal: AbortSignal) => content(api.GET("/spaces", { signal }));

export const addSpace = (body: { id: string; name: string }) =>
  content(api.POST("/spaces", { body }));

export const readSpace = (space: string, signal: AbortSignal) =>
  content(api.GET("/spaces/{space}", { params: { path: { space } }, signal }));

export const renameSpace = (space: string, name: string) =>
  content(
    api.PATCH("/spaces/{space}", { params: { path: { space } }, body: { name } }),
  );

export async function deleteSpace(space: string): Promise<void> {
  await api.DELETE("/spaces/{space}", { params: { path: { space } } });
}

export const members = (space: string, { cursor }: Page, signal: AbortSignal) =>
  content(
    api.GET("/spaces/{space}/members", {
      params: { path: { space }, query: { ...withoutEmpty({ cursor }), limit: ROWS } },
      signal,
    }),
  );

/** By id or by name. */
export const putMember = (space: string, id: string, role: Role) =>
  content(
    api.PUT("/spaces/{space}/members/{id}", {
      params: { path: { space, id } },
      body: { role },
    }),
  );

export async function removeMember(space: string, id: string): Promise<void> {
  await api.DELETE("/spaces/{space}/members/{id}", { params: { path: { space, id } } });
}

export const sharingOf = (route: string, signal: AbortSignal) =>
  content(
    api.GET("/services/{route}/sharing", { params: { path: { route } }, signal }),
  );

export const share = (route: string, space: string, may: "run" | "read") =>
  content(
    api.PUT("/services/{route}/sharing/{space}", {
      params: { path: { route, space } },
      body: { may },
    }),
  );

export async function unshare(route: string, space: string): Promise<void> {
  await api.DELETE("/services/{route}/sharing/{space}", {
    params: { path: { route, space } },
  });
}

export const groups = (signal: AbortSignal) => content(api.GET("/groups", { signal }));

export const addGroup = (body: { id: string; name: string }) =>
  content(api.POST("/groups", { body }));

export async function deleteGroup(id: string): Promise<void> {
  await api.DELETE("/groups/{id}", { params: { path: { id } } });
}

export const groupPeople = (id: string, { cursor }: Page, signal: AbortSignal) =>
  content(
    api.GET("/groups/{id}/people", {
      params: { path: { id }, query: { ...withoutEmpty({ cursor }), limit: ROWS } },
      signal,
    }),
  );

/** By id or by name. */
export async function putInGroup(id: string, named: string): Promise<void> {
  const params = { path: { id: named } };
  const person = await content(api.GET("/people/{id}", { params }));
  await api.PUT("/groups/{id}/people/{person}", {
    params: { path: { id, person: person.id } },
  });
}

export async function takeOutOfGroup(id: string, person: string): Promise<void> {
  await api.DELETE("/groups/{id}/people/{person}", {
    params: { path: { id, person } },
  });
}

export const OUTCOMES = ["done", "refused", "failed"] as const;
type Outcome = (typeof OUTCOMES)[number];

export interface Sought {
  who: string;
  action: string;
  object: string;
  outcome: string;
}

/** How many entries of the log were checked, and what is wrong with the first that is. */
export async function verifyAudit(): Promise<{ entries: number; wrong?: string }> {
  let entries = 0;
  let after: number | null = 0;
  while (after !== null) {
    const query: { after: number } = { after };
    const found = await content(api.GET("/audit/verified", { params: { query } }));
    entries += found.entries;
    if (found.wrong !== null) return { entries, wrong: found.wrong };
    after = found.next;
  }
  return { entries };
}

/** Entries of the audit log that have these words, the newest first. */
export const audit = (sought: Sought, before: string, signal: AbortSignal) => {
  const { outcome, ...words } = sought;
  const isOutcome = OUTCOMES.some((one) => one === outcome);
  const query = {
    ...withoutEmpty(words),
    ...(isOutcome && { outcome: outcome as Outcome }),
    ...(/^\d+$/.test(before) && { before: Number(before) }),
    limit: ROWS,
  };
  return content(api.GET("/audit/newest", { params: { query }, signal }));
};

/** All of the log, as JSON lines. */
export async function auditLines(): Promise<Blob> {
  const headers = { accept: "application/x-ndjson" };
  const response = await fetch(apiUrl("audit"), { headers }).catch(() => {
    throw new Unreachable();
  });
  if (response.ok) return response.blob();
  const type = response.headers.get("content-type");
  throw problemOf(response.status, type, await response.text());
}

/** The values that say something: an address has no empty ones. */
export function withoutEmpty<Values extends Record<string, string>>(
  values: Values,
): Partial<Values> {
  const set = Object.entries(values).filter(([, value]) => value !== "");
  return Object.fromEntries(set) as Partial<Values>;
}
