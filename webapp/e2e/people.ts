/** People with accounts, for tests: they act by the same calls as everybody. */
import type { BrowserContextOptions } from "playwright-core";

export const PASSWORD = "fish under blue stairs";
const COOKIE = "marketplace";

/** Somebody who is signed in outside of a browser. */
export interface Client {
  id: string;
  /** Options of a browser in which they are signed in. */
  signedIn: BrowserContextOptions;
  call: (method: string, path: string, body?: unknown) => Promise<unknown>;
}

export async function signIn(url: string, name: string): Promise<Client> {
  const answer = await fetch(
    `${url}/sessions`,
    sent("POST", { name, password: PASSWORD }),
  );
  if (!answer.ok) throw new Error(await answer.text());
  const { person } = (await answer.json()) as { person: { id: string } };
  const [cookie = ""] = answer.headers.getSetCookie();
  const value = /^marketplace=([^;]+)/.exec(cookie)?.[1] ?? "";

  return {
    id: person.id,
    signedIn: {
      storageState: {
        cookies: [
          {
            name: COOKIE,
            value,
            domain: new URL(url).hostname,
            path: "/",
            expires: -1,
            httpOnly: true,
            secure: false,
            sameSite: "Lax",
          },
        ],
        origins: [],
      },
    },
    call: async (method, path, body) => {
      const request = sent(method, body);
      const headers = { ...request.headers, cookie: `${COOKIE}=${value}` };
      const response = await fetch(`${url}${path}`, { ...request, headers });
      const text = await response.text();
      if (!response.ok) throw new Error(text);
      return text === "" ? undefined : (JSON.parse(text) as unknown);
    },
  };
}

function sent(method: string, body: unknown) {
  const headers: Record<string, string> = { "content-type": "application/json" };
  return { method, headers, ...(body !== undefined && { body: JSON.stringify(body) }) };
}
