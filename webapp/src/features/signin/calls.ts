/** Calls of the engine that let somebody in. */
import { api, apiUrl, content, Problem } from "@/shared/api/client";
import { ownPath } from "@/shared/ownPath";

/** Sign in; the id of who it is. The browser keeps the cookie of the session. */
export async function signIn(name: string, password: string): Promise<string> {
  const { person } = await content(api.POST("/sessions", { body: { name, password } }));
  return person.id;
}

export async function becomeAdministrator(
  invitation: string,
  name: string,
  password: string,
): Promise<string> {
  const body = { invitation, name, password };
  const { person } = await content(api.POST("/first-administrator", { body }));
  return person.id;
}

/** Where a browser goes to sign in at the provider, and then to a page of this host. */
export function providerAddress(next: string): string {
  return apiUrl(`oidc/sign-in?next=${encodeURIComponent(ownPath(next, apiUrl("")))}`);
}

/** The key of the words for why somebody was not let in; undefined: in the engine's. */
export function refusalOf(error: unknown): string | undefined {
  if (!(error instanceof Problem)) return undefined;
  if (error.is("wrong-password")) return "signin.wrong";
  if (error.is("too-many-guesses")) return "signin.too_many";
  return error.is("not-signed-in") ? "signin.used_up" : undefined;
}
