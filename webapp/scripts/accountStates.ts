/** The pages of accounts and their states, on an engine that has accounts. */
import type { BrowserContextOptions, Page } from "playwright-core";

import { type Client, PASSWORD, signIn } from "../e2e/people.ts";
import { made } from "../e2e/pipelines.ts";
import type { Stack } from "../e2e/stack.ts";

type Act = (page: Page) => Promise<void>;
type Who = "nobody" | "ada" | "grace" | "rita" | "nora";

const ERASE = /^(Erase|Effacer)/;

/** Answer the erasing of somebody who is there, as if it took its time. */
async function erasing(page: Page, state: "erasing" | "done"): Promise<void> {
  const erased = { tasks: 214, saved_documents: 3, tokens: 2, sessions: 1 };
  await page.route("**/people/*/erasure", (route) =>
    route.fulfill({ json: { id: "x", pseudonym: "erased-91c0d2", state, erased } }),
  );
  await page.route(/\/people\/[^/?]+$/, (route) =>
    route.request().method() === "DELETE"
      ? route.fulfill({ status: 202, json: {} })
      : route.continue(),
  );
  await page.getByRole("button", { name: "rita" }).click();
  await page.getByRole("button", { name: ERASE }).click();
  await page.locator("#typed-name").fill("rita");
  await page.getByRole("button", { name: ERASE }).click();
  await page.getByText("214").waitFor();
}

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
  "account-export": [
    "/account",
    "ada",
    async (page) => {
      await page.route("**/export", () => undefined);
      await page.getByRole("button", { name: /Export my data|Exporter mes/ }).click();
    },
  ],
  "gallery-spaces": ["/", "grace"],
  "gallery-reader": ["/", "rita"],
  "edit-reader": ["/edit", "rita"],
  device: ["/device", "rita"],
  "account-reader": ["/account", "rita"],
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
  "people-erasing": ["/admin/people", "ada", (page) => erasing(page, "erasing")],
  "people-erased": ["/admin/people", "ada", (page) => erasing(page, "done")],
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
  const sketch = made("sketch", "node.out = {'n': 1}", {
    summary: "Draw a photo as a sketch",
    description: "Finds the edges of a photo and draws them as pencil lines.",
  });
  await ada.call("POST", "/services?space=art", sketch);
  const [grace, rita, nora] = [
    await signIn(stack.url, "grace"),
    await signIn(stack.url, "rita"),
    await signIn(stack.url, "nora"),
  ];
  return {
    nobody: {},
    ada: ada.signedIn,
    grace: grace.signedIn,
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
