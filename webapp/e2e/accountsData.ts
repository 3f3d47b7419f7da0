/** What is known of people: they have it as a file, and it is erased with them. */
import assert from "node:assert/strict";
import { test } from "node:test";

import type { AccountsStage } from "./accountsStage.ts";
import { axe, visit } from "./browsing.ts";
import { stopping } from "./cutting.ts";
import { unzipped } from "./zip.ts";
import { PASSWORD, signIn } from "./people.ts";

const EXPORT = /^\/people\/[^/]+\/export$/;
const CUT_BYTES = 300;

export function dataTests(stage: AccountsStage): void {
  test("a person has all that is known of them, also when the download breaks off", async () => {
    const { stack, browser } = stage;
    const rita = await signIn(stack.url, "rita");
    await rita.call("POST", "/services/half", {});
    const network = await stopping(stack.url, EXPORT, CUT_BYTES);

    try {
      await visit(browser, rita.signedIn, async (page) => {
        await page.goto(`${network.url}/account`);
        const coming = page.waitForEvent("download");
        await page.getByRole("button", { name: "Export my data" }).click();
        await page.getByText("300 B received so far").waitFor();
        await page.getByRole("button", { name: "Cancel" }).waitFor();
        assert.deepEqual(await axe(page), []);
        network.cut();

        const file = await coming;
        assert.match(file.suggestedFilename(), /^rita-\d{4}-\d\d-\d\d\.zip$/);
        assert.match(unzipped(await file.path()), /person\.json/);
        await page.getByText(/^rita-.* is saved, with \d/).waitFor();
        assert.deepEqual(network.ranges, ["", `bytes=${String(CUT_BYTES)}-`]);
      });
    } finally {
      network.stop();
    }
  });

  test("an export is cancelled; what is refused is said", async () => {
    const { stack, browser, ada } = stage;
    await visit(browser, ada.signedIn, async (page) => {
      // It never comes.
      await page.route("**/export", () => undefined);
      await page.goto(`${stack.url}/account`);
      const begin = page.getByRole("button", { name: "Export my data" });
      await begin.click();
      await page.getByText("It begins in a moment").waitFor();
      await page.getByRole("button", { name: "Cancel" }).click();
      await begin.waitFor();
      assert.equal(await page.getByRole("alert").count(), 0);

      await page.route("**/export", (route) =>
        route.fulfill({
          status: 503,
          contentType: "application/problem+json",
          body: JSON.stringify({ type: "", title: "", detail: "two are being made" }),
        }),
      );
      await begin.click();
      await page.getByText("two are being made").waitFor();
    });
  });

  test("an administrator exports what is known of somebody", async () => {
    const { stack, browser, ada } = stage;
    await visit(browser, ada.signedIn, async (page) => {
      await page.goto(`${stack.url}/admin/people`);
      await page.getByRole("button", { name: "rita" }).click();
      const coming = page.waitForEvent("download");
      await page.getByRole("button", { name: "Export their data" }).click();

      assert.match((await coming).suggestedFilename(), /^rita-/);
      await page.getByText(/^rita-.* is saved/).waitFor();
      assert.deepEqual(await axe(page), []);
    });
  });

  test("somebody is locked out, and erased when their name was typed", async () => {
    const { stack, browser, ada } = stage;
    await ada.call("POST", "/people", { name: "lena", password: PASSWORD });
    await visit(browser, ada.signedIn, async (page) => {
      await page.goto(`${stack.url}/admin/people`);
      await page.getByRole("button", { name: "lena" }).click();
      await page.getByLabel("May sign in").uncheck();
      await page.getByRole("button", { name: "Change" }).click();
      await page.getByRole("row", { name: /lena.*locked out/ }).waitFor();

      await page.getByRole("button", { name: "lena" }).click();
      await page.getByRole("button", { name: "Erase…" }).click();
      const erase = page.getByRole("button", { name: "Erase", exact: true });
      assert.equal(await erase.isDisabled(), true);
      await page.getByLabel("to go on").fill("lena");
      assert.deepEqual(await axe(page), []);
      await erase.click();

      const note = page.getByRole("status");
      await note.getByText("lena is erased").waitFor();
      assert.match(await note.innerText(), /“erased-\w+” takes their place/);
      await page.getByRole("row", { name: /lena/ }).waitFor({ state: "detached" });
      await note.getByRole("button", { name: "Close" }).click();
      await note.waitFor({ state: "detached" });
    });
  });

  test("who opens the page while somebody is being erased sees how far it is", async () => {
    const { stack, browser, ada } = stage;
    const about = { name: "olga", password: PASSWORD };
    const { id } = (await ada.call("POST", "/people", about)) as { id: string };
    let state = "erasing";
    await visit(browser, ada.signedIn, async (page) => {
      await page.route("**/people?*", async (route) => {
        const answer = await route.fetch();
        const page = (await answer.json()) as { items: { id: string }[] };
        const items = page.items
          .filter((one) => one.id !== id || state === "erasing")
          .map((one) => ({ ...one, leaving: one.id === id }));
        await route.fulfill({ json: { ...page, items } });
      });
      const erased = { tasks: 214, sessions: 1 };
      await page.route(`**/people/${id}/erasure`, (route) =>
        route.fulfill({ json: { id, pseudonym: "erased-1", state, erased } }),
      );
      await page.goto(`${stack.url}/admin/people`);

      await page.getByText("olga is being erased").waitFor();
      await page.getByText("Erased: 214 tasks and 1 session.").waitFor();
      await page.getByRole("row", { name: /olga is being erased/ }).waitFor();
      assert.equal(await page.getByRole("button", { name: "olga" }).count(), 0);
      assert.deepEqual(await axe(page), []);

      state = "done";
      await page.getByText("olga is erased").waitFor();
      await page.getByRole("row", { name: /olga/ }).waitFor({ state: "detached" });
    });
  });
}
