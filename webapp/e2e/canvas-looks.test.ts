/** The canvas for everybody: light and dark, French, a phone; and at its limits. */
import assert from "node:assert/strict";
import { test } from "node:test";

import type { Page } from "playwright-core";

import { axe, visit } from "./browsing.ts";
import { bare, documentNow, onNode, openCanvas, published, WIDE } from "./editing.ts";
import { stageWith } from "./stage.ts";
import { publish } from "./tasks.ts";

const stage = stageWith("image-processing");

const PHONE = { viewport: { width: 390, height: 800 }, hasTouch: true };

function isTooWide(page: Page): Promise<boolean> {
  return page.evaluate(() => document.documentElement.scrollWidth > window.innerWidth);
}

for (const [look, options, words] of [
  ["light", {}, ["Add a step: search", "Items: a list", "Save…"]],
  ["dark", { colorScheme: "dark" }, ["Items: a list"]],
  ["French", { locale: "fr-FR" }, ["Éléments : une liste", "Enregistrer…"]],
] as const) {
  test(`the canvas is right for everybody, ${look}`, async () => {
    await visit(stage.browser, { ...WIDE, ...options }, async (page) => {
      await openCanvas(page, stage.url, "face-thumbnail");
      await page.locator('[data-node="thumbnails"]').click();
      for (const text of words) {
        const found = page.getByText(text).or(page.getByPlaceholder(text));
        await found
          .or(page.getByRole("button", { name: text }))
          .first()
          .waitFor();
      }

      assert.deepEqual(await axe(page), []);
      assert.equal(await isTooWide(page), false);
    });
  });
}

test("on a phone a step is added, filled in and saved, by touch, in the outline", async () => {
  await publish(stage.url, bare("phone", { number: 2 }));

  await visit(stage.browser, PHONE, async (page) => {
    await page.goto(`${stage.url}/edit/phone`);
    await page.locator('[data-row="request"]').tap();
    await page.getByRole("button", { name: "Add a step after" }).tap();
    await page.getByRole("dialog").locator('[data-choice="kind:node"]').tap();
    await page.locator('[data-row="step"]').waitFor();
    const code = page.locator('aside [data-field="after"] .cm-content');
    await code.fill("node.out = {'twice': request.out['number'] * 2}");
    assert.equal(await isTooWide(page), false);
    assert.deepEqual(await axe(page), []);

    await page.getByRole("button", { name: "Save…" }).tap();
    const save = page.getByRole("dialog");
    await save.getByRole("button", { name: "Save", exact: true }).tap();
    await page.getByText("No changes").waitFor();
  });
  const nodes = await published(stage.url, "phone");
  assert.deepEqual(
    nodes.map(({ id, next }) => [id, next]),
    [
      ["request", ["step"]],
      ["step", ["result"]],
      ["result", undefined],
    ],
  );
});

test("long names push nothing out of the window, and can be read in full", async () => {
  const id = "a_very_long_name_of_a_step_that_somebody_copied_from_elsewhere";
  const route = `long-${"name-".repeat(10)}end`;
  await publish(stage.url, [
    { id: "request", type: "entry", api: { route, body: {} }, next: [id] },
    { id, type: "node", next: ["result"] },
    { id: "result", type: "end", input: { [`key_${"x".repeat(80)}`]: `${id}.out` } },
  ]);

  await visit(stage.browser, WIDE, async (page) => {
    await openCanvas(page, stage.url, route);
    await page.locator(`[data-node="${id}"]`).click();
    const heading = page.locator("aside").getByRole("heading", { name: id });
    const box = await heading.boundingBox();
    assert.ok(box && box.x + box.width <= WIDE.viewport.width);
    await page.getByRole("button", { name: "Save…" }).click({ trial: true });
    assert.equal(await isTooWide(page), false);

    await page.locator('[data-node="result"]').click();
    const panel = page.getByRole("complementary", { name: "Fields of the step" });
    const hidden = await panel.evaluate((one) => one.scrollWidth > one.clientWidth);
    assert.equal(hidden, false);
  });
});

test("a pipeline without nodes can be begun anew, from the bar and the palette", async () => {
  await publish(stage.url, bare("empty", {}));

  await visit(stage.browser, WIDE, async (page) => {
    await openCanvas(page, stage.url, "empty");
    await page.getByRole("button", { name: "JSON" }).click();
    const editor = page.getByRole("textbox", { name: "The pipeline as JSON" });
    await editor.fill('{"type": "pipeline", "nodes": []}');
    await page.getByText(/\d changes/).waitFor();
    await page.keyboard.press("Alt+1");
    await page.locator("[data-node]").first().waitFor({ state: "detached" });

    const bar = page.getByRole("region", { name: "What is wrong" });
    await bar.getByRole("button", { name: "Begin with an entry and an end" }).waitFor();
    assert.deepEqual(await axe(page), []);

    // A step first: then what is missing is added by one button after the other.
    await page.locator('[data-choice="kind:node"]').click();
    await page.locator('[data-node="step"]').waitFor();
    await bar.getByRole("button", { name: "Add an entry" }).press("Enter");
    await page.locator('[data-node="request"][aria-pressed="true"]').waitFor();
    await bar.getByRole("button", { name: "Add an end" }).press("Enter");
    await bar.waitFor({ state: "detached" });
    // The button is gone: the keyboard goes on at what it added.
    await onNode(page, "result");
    const nodes = await documentNow(page);
    assert.deepEqual(
      nodes.map(({ id, api, next }) => [id, api, next]),
      [
        ["request", { route: "empty", body: {} }, ["step"]],
        ["step", undefined, ["result"]],
        ["result", undefined, undefined],
      ],
    );
    for (let step = 0; step < 4; step += 1) await page.keyboard.press("Control+z");
    await page.getByText("No changes").waitFor();
  });
});
