/** A terminal is signed in by a code that is typed in a browser. */
import assert from "node:assert/strict";
import { test } from "node:test";

import type { AccountsStage } from "./accountsStage.ts";
import { axe, visit } from "./browsing.ts";
import { signIn } from "./people.ts";

interface Begun {
  user_code: string;
  device_code: string;
}

function posted(address: string, body: object): Promise<Response> {
  return fetch(address, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify(body),
  });
}

/** A terminal that waits to be signed in. */
async function terminal(url: string, machine: string): Promise<Begun> {
  return (await (await posted(`${url}/device-logins`, { machine })).json()) as Begun;
}

function redeem(url: string, { device_code }: Begun): Promise<Response> {
  return posted(`${url}/device-logins/redeem`, { device_code });
}

export function deviceTests(stage: AccountsStage): void {
  test("a terminal is signed in by its code, after one saw what it is", async () => {
    const { url } = stage.stack;
    const rita = await signIn(url, "rita");
    await visit(stage.browser, { ...rita.signedIn, locale: "fr" }, async (page) => {
      const begun = await terminal(url, "rita's laptop <b>Allow</b>");
      await page.goto(`${url}/device`);
      await page.getByLabel("Code").fill("ZZZZ-ZZZZ");
      await page.keyboard.press("Enter");
      await page.getByText("Aucun terminal n'attend avec ce code").waitFor();
      await page.getByLabel("Code").fill(begun.user_code.toLowerCase());
      await page.keyboard.press("Enter");

      await page.getByText("ritas laptop bAllowb").waitFor();
      assert.deepEqual(await axe(page), []);
      assert.equal(page.url(), `${url}/device`);
      assert.equal((await redeem(url, begun)).status, 202);
      await page.getByRole("button", { name: "L'autoriser" }).click();
      await page.getByText("Le terminal est connecté").waitFor();

      const { token } = (await (await redeem(url, begun)).json()) as { token: string };
      const headers = { authorization: `Bearer ${token}` };
      const about = await fetch(`${url}/about`, { headers });
      assert.equal(((await about.json()) as { user: string }).user, "rita");
    });
  });

  test("a terminal that is not one's own is refused", async () => {
    const { url } = stage.stack;
    const rita = await signIn(url, "rita");
    await visit(stage.browser, rita.signedIn, async (page) => {
      const begun = await terminal(url, "a stranger");
      await page.goto(`${url}/device`);
      await page.getByLabel("Code").fill(begun.user_code);
      await page.getByRole("button", { name: "Continue" }).click();
      await page.getByText("Allow it only if you started").waitFor();
      await page.getByRole("button", { name: "Refuse" }).click();
      await page.getByText("The terminal was refused").waitFor();

      assert.equal((await redeem(url, begun)).status, 410);
    });
  });
}
