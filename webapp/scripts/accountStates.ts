/** The pages of accounts and their states, on an engine that has accounts. */
import type { BrowserContextOptions, Page } from "playwright-core";

import { type Client, PASSWORD, signIn } from "../e2e/people.ts";
import { made } from "../e2e/pipelines.ts";
import type { Stack } from "../e2e/stack.ts";

type Act = (page: Page) => Promise<void>;
type Who = "nobody" | "ada" | "rita" | "nora";

export const ACCOUNT_STATES: Record<string, [path: string, who: Who, act?: Act]> = {
  "sign-in": ["/sign-in", "nobody"],
  "sign-in-wrong": [
    "/sign-in",
    "nobody",
    async (page) => {
      await page.locator("#name").fill("rita");
      await page.locator("#password").fill("not the password");
      await page.keyboard.press("Enter");
      await page.getByRole("alert").waitFor();
    },
  ],
  "first-administrator": ["/first-administrator#mki_x", "nobody"],
  account: ["/account", "ada"],
  "account-token": [
    "/account",
    "ada",
    async (page) => {
      await page.getByRole("button", { name: /Make a token|Créer un jeton/ }).click();
    },
  ],
  "account-over": [
    "/account",
    "rita",
    async (page) => {
      await page.context().clearCookies();
      await page.getByRole("dialog").waitFor();
    },
  ],
  people: ["/admin/people", "ada"],
  "people-add": [
    "/admin/people",
    "ada",
    async (page) => {
      const add = /Add a person|Ajouter une personne/;
      await page.getByRole("button", { name: add }).click();
    },
  ],
  "people-change": [
    "/admin/people",
    "ada",
    (page) => page.getByRole("button", { name: "rita" }).click(),
  ],
  "people-erase": [
    "/admin/people",
    "ada",
    async (page) => {
      await page.getByRole("button", { name: "rita" }).click();
      await page.getByRole("button", { name: /^(Erase|Effacer)…/ }).click();
    },
  ],
  spaces: ["/admin/spaces", "ada"],
  space: [
    "/admin/spaces/main",
    "ada",
    async (page) => {
      await page.locator("#shared-route").selectOption("half");
      await page.locator("#share-with").waitFor();
    },
  ],
  "space-reader": ["/admin/spaces/main", "rita"],
  groups: ["/admin/groups", "ada"],
  group: ["/admin/groups/students", "ada"],
  audit: ["/admin/audit", "ada"],
  "audit-none": ["/admin/audit?who=nobody-at-all", "ada"],
  "no-space": ["/", "nora"],
  "for-administrators": ["/admin/people", "rita"],
};

/** Make the people, spaces and groups that are seen; how each of them is signed in. */
export async function prepareAccounts(
  stack: Stack,
): Promise<Record<Who, BrowserContextOptions>> {
  const invitation = new URL(await stack.invitation()).hash.slice(1);
  await send(`${stack.url}/first-administrator`, {
    invitation,
    name: "ada",
    password: PASSWORD,
  });
  const ada = await signIn(stack.url, "ada");
  await ada.call("POST", "/services", made("half", "node.out = {'n': 1}"));
  await people(ada);
  const [rita, nora] = [
    await signIn(stack.url, "rita"),
    await signIn(stack.url, "nora"),
  ];
  return {
    nobody: {},
    ada: ada.signedIn,
    rita: rita.signedIn,
    nora: nora.signedIn,
  };
}

async function people(ada: Client): Promise<void> {
  await ada.call("POST", "/spaces", { id: "art", name: "Art school" });
  await ada.call("POST", "/spaces", { id: "lab", name: "Laboratory" });
  for (const [name, role] of [
    ["bob", "author"],
    ["grace", "owner"],
    ["rita", "reader"],
    ["nora", undefined],
  ] as const) {
    await ada.call("POST", "/people", {
      name,
      password: PASSWORD,
      ...(role && { role }),
    });
  }
  const bob = (await ada.call("GET", "/people/bob")) as { id: string };
  await ada.call("PATCH", `/people/${bob.id}`, { active: false });
  await ada.call("PUT", "/spaces/main/members/ada", { role: "owner" });
  await ada.call("PUT", "/spaces/art/members/grace", { role: "author" });
  await ada.call("POST", "/groups", { id: "students", name: "Students" });
  for (const name of ["rita", "grace"]) {
    const { id } = (await ada.call("GET", `/people/${name}`)) as { id: string };
    await ada.call("PUT", `/groups/students/people/${id}`);
  }
  await ada.call("PUT", "/spaces/lab/members/students", { role: "reader" });
  for (const label of ["nightly report", "phone"]) {
    await ada.call("POST", "/tokens", { label });
  }
}

async function send(url: string, body: unknown): Promise<void> {
  const answer = await fetch(url, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify(body),
  });
  if (!answer.ok) throw new Error(await answer.text());
}
