/** What the tests of accounts share: an engine that has some, a browser, and people. */
import assert from "node:assert/strict";
import { after, before } from "node:test";

import type { Browser } from "playwright-core";

import { axe, openBrowser, visit } from "./browsing.ts";
import { type Client, PASSWORD, signIn } from "./people.ts";
import { made } from "./pipelines.ts";
import { type Stack, startStack } from "./stack.ts";

export const GALLERY = { name: "What would you like to do?" };

export interface AccountsStage {
  readonly stack: Stack;
  readonly browser: Browser;
  /** The administrator. */
  readonly ada: Client;
}

/** Open it before the first test: ada makes herself the first administrator. */
export function accountsStage(): AccountsStage {
  let stack: Stack | undefined;
  let browser: Browser | undefined;
  let ada: Client | undefined;

  before(async () => {
    stack = await startStack([], { AUTH: "accounts" });
    browser = await openBrowser();
    const invitation = await stack.invitation();

    await visit(browser, {}, async (page) => {
      await page.goto(invitation);
      await page.getByRole("heading", { name: "First administrator" }).waitFor();
      assert.deepEqual(await axe(page), []);
      await page.getByLabel("Name").fill("ada");
      await page.getByLabel("Password", { exact: true }).fill(PASSWORD);
      await page.getByRole("button", { name: "Make the account" }).click();
      await page.getByRole("heading", GALLERY).waitFor();
    });

    ada = await signIn(stack.url, "ada");
    await ada.call("POST", "/services", made("half", "node.out = {'n': 1}"));
    for (const [name, role] of [
      ["rita", "reader"],
      ["nora", undefined],
    ] as const) {
      const body = { name, password: PASSWORD, ...(role && { role }) };
      await ada.call("POST", "/people", body);
    }
  });

  after(async () => {
    await browser?.close();
    await stack?.stop();
  });

  return {
    get stack() {
      if (!stack) throw new Error("the engine did not start");
      return stack;
    },
    get browser() {
      if (!browser) throw new Error("the browser did not start");
      return browser;
    },
    get ada() {
      if (!ada) throw new Error("there is no administrator");
      return ada;
    },
  };
}
