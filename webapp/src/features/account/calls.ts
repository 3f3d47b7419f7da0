/** Calls of the engine about one's own account. */
import { api, content } from "@/shared/api/client";
import type { components } from "@/shared/api/schema";

export type Session = components["schemas"]["Session"];
export type Token = components["schemas"]["Token"];
export type NewToken = components["schemas"]["NewToken"];

/** What a token may be used for, the least first. */
export const SCOPES = ["read", "run", "publish", "manage"] as const;
export type Scope = (typeof SCOPES)[number] | "announce";

export interface TokenWish {
  label: string;
  scopes: Scope[];
  announces: string[];
  days: number;
}

export const sessions = (signal: AbortSignal) =>
  content(api.GET("/sessions", { signal }));

export async function endSession(id: string): Promise<void> {
  await api.DELETE("/sessions/{id}", { params: { path: { id } } });
}

export const tokens = (signal: AbortSignal) => content(api.GET("/tokens", { signal }));

export const makeToken = (wish: TokenWish) =>
  content(api.POST("/tokens", { body: wish }));

export async function revokeToken(id: string): Promise<void> {
  await api.DELETE("/tokens/{id}", { params: { path: { id } } });
}

export async function changePassword(current: string, password: string): Promise<void> {
  await api.PUT("/account/password", { body: { current, password } });
}

export type Terminal = components["schemas"]["WaitingTerminal"];

/** The terminal that waits with a code. */
export const terminalOf = (code: string) =>
  content(api.POST("/device-logins/look", { body: { code } }));

export async function decide(code: string, allow: boolean): Promise<void> {
  await api.POST("/device-logins/decide", { body: { code, allow } });
}

/** Sign out; where to go then to sign out at the provider too, if there is one. */
export async function signOut(isAtProvider: boolean): Promise<string | undefined> {
  if (!isAtProvider) {
    await endSession("current");
    return undefined;
  }
  const { address } = await content(api.POST("/oidc/sign-out"));
  return address ?? undefined;
}
