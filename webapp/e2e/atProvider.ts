/**
 * Sign in at a provider in a real browser: `node e2e/atProvider.ts ENGINE NAME PASSWORD [CODE]`
 *
 * With the code of a terminal, it goes to the page for it first, and allows it there.
 * The form is Keycloak's; `make test-keycloak` calls this. Prints as JSON for whom the
 * engine takes the browser before and after, and the page that is open then.
 */
import type { Page } from "playwright-core";

import { openBrowser, visit } from "./browsing.ts";

async function who(page: Page): Promise<string | null> {
  return page.evaluate(async () => {
    const about = (await (await fetch("/about")).json()) as {
      person: { name: string } | null;
    };
    return about.person?.name ?? null;
  });
}

/** Types the code of a terminal, and lets it act. */
async function allow(page: Page, code: string): Promise<void> {
  await page.getByLabel("Code").fill(code);
  await page.getByRole("button", { name: "Continue" }).click();
  await page.getByRole("button", { name: "Allow it" }).click();
  await page.getByText("The terminal is signed in").waitFor();
}

const [engine = "", name = "", password = "", code = ""] = process.argv.slice(2);
const browser = await openBrowser();
try {
  await visit(browser, {}, async (page) => {
    await page.goto(code === "" ? engine : `${engine}/device`);
    await page.getByRole("heading", { name: "Sign in" }).waitFor();
    const before = await who(page);

    await page.getByRole("link", { name: "Sign in" }).click();
    await page.locator("#username").fill(name);
    await page.locator("#password").fill(password);
    await page.locator("#kc-login").click();
    await page.getByRole("heading", { level: 1 }).waitFor();
    const after = await who(page);
    if (code !== "") await allow(page, code);

    console.log(JSON.stringify({ before, after, at: new URL(page.url()).pathname }));
  });
} finally {
  await browser.close();
}
