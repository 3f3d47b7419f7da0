/** With accounts: who may look at a pipeline and not change it. */
import assert from "node:assert/strict";
import { test } from "node:test";

import { axe } from "./browsing.ts";
import { sharedStage } from "./sharedStage.ts";

const as = sharedStage();

/** Changing keys, pressed where a step has the focus. */
const KEYS = ["Delete", "F2", "a", "c", "o", "Control+x", "Control+v", "Control+d"];

test("a reader looks: nothing offers to change it, and whom to ask is said", async () => {
  await as("reader", async (page, url) => {
    await page.goto(`${url}/edit/ours`);

    await page.getByText(/that takes the role author in the space “main”/).waitFor();
    await page.locator('[data-node="each"]').waitFor();
    for (const name of ["Save…", "Undo", "Redo", "Tidy up", "More ways to run"]) {
      assert.equal(await page.getByRole("button", { name }).count(), 0, name);
    }
    assert.equal(await page.getByPlaceholder("Add a step: search").count(), 0);

    // Fields are read, and not changed; nor are the steps by their keys.
    await page.locator('[data-node="one"]').click();
    const panel = page.getByRole("complementary", { name: "Fields of the step" });
    const code = panel.locator('[data-field="after"] .cm-content');
    await code.focus();
    await page.keyboard.type("x");
    assert.equal(await code.innerText(), "node.out = {}");
    assert.equal(await panel.locator("input:enabled, textarea:enabled").count(), 0);
    // The way on leads there; nothing takes it away.
    const offered = panel.getByRole("button").locator("visible=true");
    assert.deepEqual(await offered.allInnerTexts(), ["item ends"]);
    await page.locator('[data-node="one"]').click();
    for (const key of KEYS) await page.keyboard.press(key);
    assert.equal(await page.getByRole("dialog").count(), 0);
    assert.deepEqual(await axe(page), []);

    await page.keyboard.press("Control+k");
    const all = page.getByRole("listbox", { name: "All actions" });
    await all.getByRole("option", { name: /Find a step/ }).waitFor();
    const changing = all.getByRole("option", {
      name: /Delete|Save|Run|Paste|Duplicate$/,
    });
    assert.equal(await changing.count(), 0);
    await page.keyboard.press("Escape");

    await page.keyboard.press("Alt+3");
    const json = page.getByRole("textbox", { name: "The pipeline as JSON" });
    await json.focus();
    const text = await json.innerText();
    await page.keyboard.type("x");
    assert.equal(await json.innerText(), text);
    await page.keyboard.press("Alt+2");
    await page.locator('[data-row="one"]').click();
    assert.equal(await page.getByRole("button", { name: "Duplicate" }).count(), 0);
    assert.deepEqual(await axe(page), []);

    await page.getByRole("button", { name: "More", exact: true }).click();
    await page.getByRole("menuitem", { name: /Versions/ }).click();
    const versions = page.getByRole("dialog");
    await versions.getByRole("button", { name: "Compare" }).first().click();
    await versions.getByText(/the same/i).waitFor();
    assert.deepEqual(await versions.getByRole("button").allInnerTexts(), [
      "All versions",
      "Close",
    ]);
    await page.keyboard.press("Escape");
    await page.getByRole("link", { name: "Run", exact: true }).click();
    await page.waitForURL("**/run/ours");
  });
});

test("what others lend is looked at, or only run; making a pipeline takes a role", async () => {
  await as("reader", async (page, url) => {
    await page.goto(`${url}/edit/lent`);
    await page.getByText(/not change it: it belongs to another space/).waitFor();
    await page.locator('[data-node="result"]').waitFor();
    await page.goto(`${url}/edit/hidden`);
    await page.getByText(/You may run this pipeline, not look into it/).waitFor();
    await page.goto(`${url}/run/hidden`);
    await page.getByRole("button", { name: "Run", exact: true }).click();
    await page.getByText("The task has no outputs.").waitFor();
    assert.equal(await page.getByText("How it works").count(), 0);
    await page.goto(`${url}/edit`);
    await page.getByText(/To edit pipelines you need the role author/).waitFor();
    assert.equal(await page.getByRole("textbox").count(), 0);
  });
});

test("an author of the space changes it, and copies what others lend", async () => {
  await as("author", async (page, url) => {
    await page.goto(`${url}/edit/ours`);
    await page.locator('[data-node="one"]').click();
    await page.keyboard.press("Delete");
    await page.getByText(/^\d changes?$/).waitFor();

    await page.goto(`${url}/edit/lent`);
    await page.getByText(/it belongs to another space/).waitFor();
    await page.getByRole("button", { name: "More", exact: true }).click();
    await page.getByRole("menuitem", { name: /Duplicate/ }).click();
    await page.getByRole("dialog").getByRole("textbox").waitFor();
    await page.keyboard.press("Enter");
    await page.getByRole("button", { name: "Save…" }).waitFor();
  });
});
