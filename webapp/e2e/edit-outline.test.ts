/** The editor without a mouse: outline, JSON, saving, versions, conflicts, drafts. */
import assert from "node:assert/strict";
import { test } from "node:test";

import type { Locator, Page } from "playwright-core";

import { axe, visit } from "./browsing.ts";
import { keptDraft } from "./drafts.ts";
import { published } from "./editing.ts";
import { chain, editJson, openOutline, rename, row, save } from "./outline.ts";
import { until } from "./stack.ts";
import { stageWith } from "./stage.ts";
import { publish } from "./tasks.ts";

const WAIT_MS = 30_000;

const stage = stageWith("image-processing");

test("a step is renamed, undone, done again and saved without a mouse", async () => {
  await publish(stage.url, chain("keys"));

  await visit(stage.browser, {}, async (page) => {
    await openOutline(page, stage.url, "keys");
    await row(page, "request").focus();
    await page.keyboard.press("ArrowDown");
    await rename(page, "halved");
    await row(page, "halved").waitFor();

    await page.keyboard.press("Control+z");
    await row(page, "first").waitFor();
    await page.keyboard.press("Control+Shift+z");
    await row(page, "halved").waitFor();

    await page.keyboard.press("Control+s");
    await page.getByText("renamed from first").waitFor();
    assert.deepEqual(await axe(page), []);
    await page.keyboard.press("Enter");
    await page.getByText("Saved.").waitFor();
    await page.getByText("No changes").waitFor();

    const nodes = await published(stage.url, "keys");
    assert.deepEqual(
      nodes.map(({ id }) => id),
      ["request", "halved", "result"],
    );
    assert.deepEqual(nodes[2]?.input, { half: "halved.out.half" });
  });
});

/** The button of a notice, which stays while the pointer is on it; not that of the bar. */
async function undoOf(page: Page, text: string | RegExp): Promise<Locator> {
  const notice = page.getByRole("alert").filter({ hasText: text });
  await notice.hover();
  return notice.getByRole("button", { name: "Undo", exact: true });
}

test("ways are shown in the tree and removed there; a deleted step comes back", async () => {
  await publish(stage.url, chain("ways"));

  await visit(stage.browser, {}, async (page) => {
    await openOutline(page, stage.url, "ways");
    await row(page, "first").focus();
    await page.keyboard.press("ArrowRight");
    await page.keyboard.press("ArrowDown");
    await page.getByText("next leads to result").waitFor();
    await page.keyboard.press("Delete");
    await row(page, "first").getByText("nowhere").waitFor();
    await page.keyboard.press("Control+z");
    await row(page, "first").getByText("result", { exact: true }).waitFor();

    await row(page, "first").focus();
    await page.keyboard.press("Delete");
    const undo = await undoOf(page, /first/);
    await row(page, "first").waitFor({ state: "detached" });
    await row(page, "request").getByText("result").waitFor();
    await undo.click();
    await row(page, "first").waitFor();
  });
});

test("JSON is two-way: a mistake stays beside the last state, undo brings back", async () => {
  await publish(stage.url, chain("json"));

  await visit(stage.browser, {}, async (page) => {
    await page.goto(`${stage.url}/edit/json?view=json`);
    const editor = page.getByRole("textbox", { name: "The pipeline as JSON" });
    await editor.click({ timeout: WAIT_MS });
    await page.keyboard.press("Control+End");
    await page.keyboard.type(",");
    await page.getByText("This text cannot be read").waitFor();
    assert.deepEqual(await axe(page), []);

    // The other views show the last state, and the text waits.
    await page.getByRole("button", { name: "Outline" }).click();
    await row(page, "first").focus();
    await rename(page, "kept");
    await page.getByRole("button", { name: "JSON" }).click();
    await page.getByText("This text cannot be read").waitFor();
    await editor.click();
    await page.keyboard.press("Control+End");
    await page.keyboard.press("Backspace");
    await page.getByText("This text cannot be read").waitFor({ state: "detached" });
    // What was changed elsewhere meanwhile is in the text: the next key does not undo it.
    await editor.getByText('"kept"').first().waitFor();
    await page.keyboard.type(" ");
    await page.getByRole("button", { name: "Outline" }).click();
    await row(page, "kept").waitFor();
    await page.getByRole("button", { name: "JSON" }).click();

    await editor.press("Control+a");
    const nodes = chain("json");
    nodes[1] = { ...nodes[1], id: "other", type: "node" };
    nodes[0] = { ...nodes[0], id: "request", next: ["other"] };
    await page.keyboard.insertText(JSON.stringify({ type: "pipeline", nodes }));
    await page.getByRole("button", { name: "Outline" }).click();
    await row(page, "other").waitFor();
    await page.getByRole("button", { name: "Undo", exact: true }).click();
    await row(page, "kept").waitFor();
  });
});

test("a tab that crashes loses nothing, and neither does one that is closed", async () => {
  await publish(stage.url, chain("crash"));
  const context = await stage.browser.newContext({ locale: "en-US" });
  try {
    const page = await context.newPage();
    await openOutline(page, stage.url, "crash");
    await row(page, "first").focus();
    await rename(page, "kept");
    await page.getByText(/\d changes?/).waitFor();
    await until(WAIT_MS, async () => {
      const kept = await keptDraft(page);
      return JSON.stringify(kept?.document).includes('"kept"');
    });
    await crash(page);

    const again = await context.newPage();
    await openOutline(again, stage.url, "crash");
    await row(again, "first").waitFor();
    await again.getByText("You had unsaved changes here").waitFor();
    assert.deepEqual(await axe(again), []);
    await again.getByRole("button", { name: "Restore" }).click();
    await row(again, "kept").waitFor();
    await again.close();

    const third = await context.newPage();
    await openOutline(third, stage.url, "crash");
    await third.getByRole("button", { name: "Discard" }).click();
    await (await undoOf(third, "The changes were discarded.")).click();
    await third.getByRole("button", { name: "Restore" }).click();
    await row(third, "kept").waitFor();
  } finally {
    await context.close();
  }
});

/** Not a farewell: the renderer is gone, as after a crash. */
async function crash(page: Page): Promise<void> {
  const gone = page.waitForEvent("crash");
  await page.goto("chrome://crash").catch(() => undefined);
  await gone;
}

test("a text that cannot be read outlives a crash, beside the last state", async () => {
  await publish(stage.url, chain("crash-json"));
  const context = await stage.browser.newContext({ locale: "en-US" });
  try {
    const page = await context.newPage();
    await openOutline(page, stage.url, "crash-json");
    await editJson(page, (nodes) => {
      nodes[1] = { ...nodes[1], id: "first", description: "the last state" };
    });
    await page.keyboard.press("Control+End");
    await page.keyboard.type(", unfinished");
    await page.getByText("This text cannot be read").waitFor();
    await until(WAIT_MS, async () => {
      const kept = await keptDraft(page);
      return kept?.text?.endsWith(", unfinished") ?? false;
    });
    await crash(page);

    const again = await context.newPage();
    await openOutline(again, stage.url, "crash-json");
    await again.getByRole("button", { name: "Restore" }).click();
    await row(again, "first").getByText("the last state").waitFor();
    await again.getByRole("button", { name: "JSON" }).click();
    await again.getByText("This text cannot be read").waitFor();
    await again.locator(".cm-line", { hasText: ", unfinished" }).waitFor();
  } finally {
    await context.close();
  }
});

test("two windows on one pipeline: the second to save merges, node by node", async () => {
  await publish(stage.url, chain("two"));
  const context = await stage.browser.newContext({ locale: "en-US" });
  try {
    const mine = await context.newPage();
    const theirs = await context.newPage();
    await openOutline(mine, stage.url, "two");
    await openOutline(theirs, stage.url, "two");

    await editJson(theirs, (nodes) => {
      nodes[1] = { ...nodes[1], id: "first", description: "theirs" };
      nodes[2] = { ...nodes[2], id: "result", description: "only theirs" };
    });
    await editJson(mine, (nodes) => {
      nodes[1] = { ...nodes[1], id: "first", description: "mine" };
    });
    await save(theirs);
    await theirs.getByText("Saved.").waitFor();

    await mine.getByText("Someone saved a version meanwhile.").first().waitFor();
    await save(mine);
    const dialog = mine.getByRole("dialog", { name: "Someone saved" });
    await dialog.getByRole("group", { name: "first" }).waitFor();
    assert.deepEqual(await axe(mine), []);
    await dialog.getByRole("radio", { name: /Theirs/ }).focus();
    await dialog.getByRole("radio", { name: /Mine/ }).check();
    await dialog.getByRole("button", { name: "Merge" }).click();
    await mine.getByText("Both versions are merged.").waitFor();
    await save(mine);
    await mine.getByText("Saved.").waitFor();

    const nodes = await published(stage.url, "two");
    assert.equal(nodes[1]?.description, "mine");
    assert.equal(nodes[2]?.description, "only theirs");
  } finally {
    await context.close();
  }
});

test("a version is compared and restored", async () => {
  await publish(stage.url, chain("versions"));
  const later = chain("versions");
  later[1] = { ...later[1], id: "first", description: "the second version" };
  await publish(stage.url, later);

  await visit(stage.browser, {}, async (page) => {
    await openOutline(page, stage.url, "versions");
    await page.getByRole("button", { name: "More", exact: true }).click();
    await page.getByRole("menuitem", { name: "Versions…" }).click();
    await page.getByRole("button", { name: "Compare" }).last().click();
    await page.getByText("the second version").last().waitFor();
    assert.deepEqual(await axe(page), []);
    await page.getByRole("button", { name: "Restore" }).click();
    await save(page);
    await page.getByText("Saved.").waitFor();

    assert.equal((await published(stage.url, "versions"))[1]?.description, undefined);
  });
});

test("what has faults is saved without publishing, and found among the versions", async () => {
  await publish(stage.url, chain("unfinished"));

  await visit(stage.browser, {}, async (page) => {
    await openOutline(page, stage.url, "unfinished");
    await editJson(page, (nodes) => {
      nodes[2] = { id: "result", type: "end", input: { half: "nobody.out.half" } };
    });
    await page.keyboard.press("Control+s");
    await page.getByRole("button", { name: "Save without publishing" }).click();
    await page.getByText("Saved, not published").waitFor();
    assert.deepEqual((await published(stage.url, "unfinished"))[2]?.input, {
      half: "first.out.half",
    });

    await page.reload();
    await page.getByRole("button", { name: "Discard" }).click();
    await page.getByRole("button", { name: "More", exact: true }).click();
    await page.getByRole("menuitem", { name: "Versions…" }).click();
    await page.getByText("1 error").waitFor();
    assert.deepEqual(await axe(page), []);
    await page.getByRole("button", { name: "Compare" }).first().click();
    await page.getByRole("button", { name: "Restore" }).click();
    await page.getByText("1 change", { exact: true }).waitFor();
  });
});

test("a pipeline is deleted and comes back", async () => {
  await publish(stage.url, chain("gone"));

  await visit(stage.browser, {}, async (page) => {
    await openOutline(page, stage.url, "gone");
    await page.getByRole("button", { name: "More", exact: true }).click();
    await page.getByRole("menuitem", { name: "Delete the pipeline" }).click();
    const undo = await undoOf(page, "gone was deleted.");
    assert.equal((await fetch(`${stage.url}/services/gone`)).status, 404);

    await undo.click();
    await page.getByText("gone is there again.").waitFor();
    assert.equal((await published(stage.url, "gone")).length, 3);
  });
});

test("a new pipeline begins with an example, survives a reload, and is saved", async () => {
  await visit(stage.browser, {}, async (page) => {
    await page.goto(stage.url);
    await page.getByRole("link", { name: "New pipeline" }).click();
    const name = page.getByRole("textbox", { name: "Name", exact: true });
    await name.fill("Brand new!");
    await page.getByRole("button", { name: "Take brand-new" }).click();
    assert.equal(await name.inputValue(), "brand-new");
    await page.getByRole("button", { name: "Typed data" }).click();
    await page.getByRole("textbox", { name: /An example/ }).fill('{"name": "Ada"}');
    assert.deepEqual(await axe(page), []);
    await page.getByRole("button", { name: "Create" }).click();
    await page.getByRole("heading", { name: "brand-new" }).waitFor();
    await page.waitForURL(/draft=/);
    await page.reload();
    await page.getByRole("heading", { name: "brand-new" }).waitFor();
    await save(page);
    await page.waitForURL(/\/edit\/brand-new/);

    const [entry] = await published(stage.url, "brand-new");
    assert.deepEqual(entry?.api, { route: "brand-new", body: { name: "Ada" } });
  });
});

test("steps travel between windows as JSON, and what is hostile is refused in words", async () => {
  await publish(stage.url, chain("from"));
  await publish(stage.url, chain("into"));
  const context = await stage.browser.newContext({
    locale: "en-US",
    permissions: ["clipboard-read", "clipboard-write"],
  });
  try {
    const from = await context.newPage();
    await openOutline(from, stage.url, "from");
    await row(from, "first").focus();
    await from.keyboard.press("Control+c");
    await from.getByText("1 step copied").waitFor();

    const into = await context.newPage();
    await into.bringToFront();
    await openOutline(into, stage.url, "into");
    await row(into, "first").focus();
    await into.keyboard.press("Control+v");
    await row(into, "first2").waitFor();

    const hostile = '[{"id": "<img src=x onerror=alert(1)>", "type": "exec"}]';
    await into.evaluate((text) => navigator.clipboard.writeText(text), hostile);
    await into.keyboard.press("Control+v");
    await into.getByText("is not one of the seven types").waitFor();
    await into.evaluate(() => navigator.clipboard.writeText("just a text"));
    await into.keyboard.press("Control+v");
    await into.getByText("it is not valid JSON").waitFor();
    assert.equal(await into.locator('img[src="x"]').count(), 0);
  } finally {
    await context.close();
  }
});

test("all actions are found by name, and the keys are listed", async () => {
  await publish(stage.url, chain("actions"));

  await visit(stage.browser, {}, async (page) => {
    await openOutline(page, stage.url, "actions");
    await row(page, "first").focus();
    await page.keyboard.press("Control+k");
    await page.keyboard.type("keys");
    await page.keyboard.press("Enter");
    await page.getByRole("dialog", { name: "Keys" }).waitFor();
    await page.getByText("Ctrl+Shift+Z").waitFor();
    assert.deepEqual(await axe(page), []);
  });
});

for (const [look, options] of [
  ["light", {}],
  ["dark", { colorScheme: "dark" }],
  ["on a phone", { viewport: { width: 390, height: 800 } }],
  ["French", { locale: "fr-FR" }],
] as const) {
  test(`the outline is right for everybody, ${look}`, async () => {
    await visit(stage.browser, options, async (page) => {
      await page.goto(`${stage.url}/edit/face-thumbnail?view=outline`);
      const name = look === "French" ? "Étapes du pipeline" : "Steps of the pipeline";
      await page.getByRole("treegrid", { name }).waitFor({ timeout: WAIT_MS });

      assert.deepEqual(await axe(page), []);
      const isTooWide = await page.evaluate(
        () => document.documentElement.scrollWidth > window.innerWidth,
      );
      assert.equal(isTooWide, false);
    });
  });
}
