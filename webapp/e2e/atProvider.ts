/**
 * Sign in at a provider in a real browser: `node e2e/atProvider.ts ENGINE NAME PASSWORD`
 *
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

const [engine = "", name = "", password = ""] = process.argv.slice(2);
const browser = await openBrowser();
try {
  await visit(browser, {}, async (page) => {
    await page.goto(engine);
    await page.getByRole("heading", { name: "Sign in" }).waitFor();
    const before = await who(page);

    await page.getByRole("link", { name: "Sign in" }).click();
    await page.locator("#username").fill(name);
    await page.locator("#password").fill(password);
    await page.locator("#kc-login").click();
    await page.getByRole("heading", { level: 1 }).waitFor();
    const after = await who(page);

    console.log(JSON.stringify({ before, after, at: new URL(page.url()).pathname }));
  });
} finally {
  await browser.close();
}
