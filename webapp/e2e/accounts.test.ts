/** The pages of accounts, on an engine that has some. */
import assert from "node:assert/strict";
import { after, before, test } from "node:test";

import type { Browser, Page } from "playwright-core";

import { axe, openBrowser, visit } from "./browsing.ts";
import { tabTo } from "./keyboard.ts";
import { type Client, PASSWORD, signIn } from "./people.ts";
import { made } from "./pipelines.ts";
import { type Stack, startStack } from "./stack.ts";

const LOOKS = {
  light: {},
  "dark, on a phone": {
    viewport: { width: 390, height: 800 },
    colorScheme: "dark",
  },
  "in French": { locale: "fr-FR" },
} as const;
const GALLERY = { name: "What would you like to do?" };

let stack: Stack;
let browser: Browser;
/** The administrator, whom the first test makes. */
let ada: Client;

before(async () => {
  stack = await startStack([], { AUTH: "accounts" });
  browser = await openBrowser();

  await visit(browser, {}, async (page) => {
    await page.goto(stack.invitation());
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
  await browser.close();
  await stack.stop();
});

async function enter(page: Page, name: string, password: string): Promise<void> {
  await page.getByLabel("Name").fill(name);
  await page.getByLabel("Password", { exact: true }).fill(password);
  await page.getByRole("button", { name: "Sign in" }).click();
}

test("the one-time address works once", async () => {
  await visit(browser, {}, async (page) => {
    await page.goto(stack.invitation());
    await page.getByLabel("Name").fill("eve");
    await page.getByLabel("Password", { exact: true }).fill(PASSWORD);
    await page.getByRole("button", { name: "Make the account" }).click();

    await page.getByText("This address was used already").waitFor();
  });
});

test("signing in leads to the page that was wanted, and out of it back", async () => {
  await visit(browser, {}, async (page) => {
    await page.goto(`${stack.url}/history?status=error`);
    await page.waitForURL(/\/sign-in\?next=/);
    assert.equal(await page.getByRole("link", { name: "History" }).count(), 0);
    await enter(page, "ada", PASSWORD);
    await page.waitForURL(/\/history\?status=error$/);

    await page.getByRole("link", { name: "ada" }).click();
    await page.getByRole("button", { name: "Sign out" }).first().click();
    await page.waitForURL(/\/sign-in$/);
    await page.goto(stack.url);
    await page.waitForURL(/\/sign-in\?next=/);
  });
});

test("signing in leads to no other site", async () => {
  await visit(browser, {}, async (page) => {
    await page.goto(`${stack.url}/sign-in?next=//evil.example/x`);
    await enter(page, "ada", PASSWORD);

    await page.waitForURL(`${stack.url}/`);
    await page.getByRole("heading", GALLERY).waitFor();
  });
});

test("a refusal does not tell whether there is such an account", async () => {
  await visit(browser, {}, async (page) => {
    await page.goto(`${stack.url}/sign-in`);
    const said: string[] = [];
    for (const name of ["rita", "nobody-of-this-name"]) {
      await enter(page, name, "not the password at all");
      said.push(await page.getByRole("alert").innerText());
      await page.getByLabel("Password", { exact: true }).fill("");
    }

    assert.deepEqual(said, Array(2).fill("Name and password do not belong together."));
  });
});

test("a token is made, shown once, and used by a program", async () => {
  await visit(browser, ada.signedIn, async (page) => {
    await page.goto(`${stack.url}/account`);
    await page.getByRole("button", { name: "Make a token" }).click();
    await page.getByLabel("What it is for").fill("nightly report");
    await page.getByLabel("Start, cancel and erase tasks").uncheck();
    assert.deepEqual(await axe(page), []);
    await page.getByRole("button", { name: "Make it" }).click();

    const token = await page.getByRole("textbox", { name: "The token" }).innerText();
    const headers = { authorization: `Bearer ${token}` };
    const asked = await fetch(`${stack.url}/services`, { headers });
    const refused = await fetch(`${stack.url}/services/half`, {
      method: "POST",
      headers,
    });
    assert.deepEqual([asked.status, refused.status], [200, 403]);

    await page.getByRole("button", { name: "Close" }).click();
    const revoke = page.getByRole("button", { name: "Revoke: nightly report" });
    await revoke.waitFor();
    assert.equal(await page.getByText(token).count(), 0);
    await revoke.click();
    await revoke.waitFor({ state: "detached" });
  });
});

test("a session that ends elsewhere takes nothing of what was typed", async () => {
  const rita = await signIn(stack.url, "rita");
  await visit(browser, rita.signedIn, async (page) => {
    await page.goto(`${stack.url}/`);
    await page.getByRole("searchbox").fill("hal");
    const other = await page.context().newPage();
    await other.goto(`${stack.url}/history`);
    await rita.call("DELETE", "/sessions/current");

    for (const window of [page, other]) {
      await window.getByText("You are not signed in any more").waitFor();
    }
    assert.deepEqual(await axe(page), []);
    assert.equal(await page.getByLabel("Name").inputValue(), "rita");
    await page.getByLabel("Password", { exact: true }).fill(PASSWORD);
    await page.keyboard.press("Enter");

    for (const window of [page, other]) {
      await window.getByRole("dialog").waitFor({ state: "detached" });
    }
    assert.equal(await page.getByRole("searchbox").inputValue(), "hal");
    await page.getByRole("article").filter({ hasText: "half" }).waitFor();
  });
});

test("a reader is offered nothing that changes pipelines, and told whom to ask", async () => {
  const rita = await signIn(stack.url, "rita");
  await visit(browser, rita.signedIn, async (page) => {
    await page.goto(stack.url);
    await page.getByRole("article").filter({ hasText: "half" }).waitFor();
    assert.equal(await page.getByRole("link", { name: "New pipeline" }).count(), 0);

    await page.goto(`${stack.url}/edit/half`);
    await page.getByText("ask an owner of the space").waitFor();
  });
});

test("somebody without a space is told whom to ask", async () => {
  const nora = await signIn(stack.url, "nora");
  await visit(browser, nora.signedIn, async (page) => {
    await page.goto(stack.url);
    await page.getByText("You have an account, nora").waitFor();

    await page.getByRole("link", { name: "nora" }).click();
    await page.getByRole("heading", { name: "Tokens" }).waitFor();
  });
});

test("all of signing in and the account can be done by keyboard", async () => {
  await visit(browser, {}, async (page) => {
    await page.goto(`${stack.url}/sign-in`);
    await page.getByLabel("Name").waitFor();
    await page.keyboard.type("ada");
    await page.keyboard.press("Tab");
    await page.keyboard.type(PASSWORD);
    await page.keyboard.press("Enter");
    await page.getByRole("heading", GALLERY).waitFor();

    await tabTo(page, page.getByRole("link", { name: "ada" }));
    await page.keyboard.press("Enter");
    const light = page.getByRole("radio", { name: "As the system" });
    await tabTo(page, light);
    await page.keyboard.press("ArrowRight");
    await page.keyboard.press("ArrowRight");
    await page.waitForSelector('html[data-theme="dark"]');
    await page.reload();
    assert.equal(await page.getByRole("radio", { name: "Dark" }).isChecked(), true);
  });
});

for (const [look, options] of Object.entries(LOOKS)) {
  test(`the pages of accounts are right for everybody, ${look}`, async () => {
    await visit(browser, { ...options, ...ada.signedIn }, async (page) => {
      for (const path of ["/sign-in", "/account"]) {
        await page.goto(stack.url + path, { waitUntil: "networkidle" });
        await page.getByRole("main").waitFor();

        assert.deepEqual(await axe(page), []);
        const isTooWide = await page.evaluate(
          () => document.documentElement.scrollWidth > window.innerWidth,
        );
        assert.equal(isTooWide, false);
      }
    });
  });
}
