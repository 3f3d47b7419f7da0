/** A pipeline with a branch, a loop and a catch, made and run without a mouse. */
import assert from "node:assert/strict";
import { test } from "node:test";

import type { Page } from "playwright-core";

import { axe, visit } from "./browsing.ts";
import { bare, onNode, openCanvas, published, tabTo, WIDE } from "./editing.ts";
import { until } from "./stack.ts";
import { stageWith } from "./stage.ts";
import { ENDED_MS, publish } from "./tasks.ts";

const stage = stageWith("image-processing");

/** Add a step behind the one that has the focus, and go to it. */
async function add(page: Page, kind: string, id: string): Promise<void> {
  await page.keyboard.press("a");
  await page.getByRole("combobox", { name: "Add a step", exact: true }).waitFor();
  await page.keyboard.type(kind);
  await page.keyboard.press("Enter");
  await onNode(page, id);
}

/** Type into the first field of the step that has the focus, and come back. */
async function fill(page: Page, id: string, text: string): Promise<void> {
  await page.keyboard.press("Enter");
  await page.locator("aside [contenteditable=true]:focus, aside input:focus").waitFor();
  await page.keyboard.press("Control+a");
  await page.keyboard.type(text);
  await leaveField(page);
  await onNode(page, id);
}

/** One Escape closes a list of completions, which may open late; one more leaves. */
async function leaveField(page: Page): Promise<void> {
  await until(ENDED_MS, async () => {
    const isInPanel = await page.evaluate(
      () => document.activeElement?.closest("aside") != null,
    );
    if (isInPanel) await page.keyboard.press("Escape");
    return !isInPanel;
  });
}

async function addKey(page: Page, button: RegExp, name: string, value: string) {
  await page.keyboard.press("Enter");
  await tabTo(page, button);
  await page.keyboard.press("Enter");
  await page.getByRole("textbox", { name: "Name" }).waitFor();
  await page.keyboard.type(name);
  await page.keyboard.press("Enter");
  await page.locator(`[data-field$=".${name}"] input:focus`).waitFor();
  await page.keyboard.type(value);
  await leaveField(page);
}

test("a pipeline is built, tried, saved and run by keyboard alone", async () => {
  await publish(stage.url, bare("keys", { numbers: [1, 2, 3], limit: 5 }));

  await visit(stage.browser, WIDE, async (page) => {
    await openCanvas(page, stage.url, "keys");
    await tabTo(page, /^request\s*Entry/);

    await add(page, "loop", "each");
    await page.keyboard.press("ArrowDown");
    await onNode(page, "each_item");
    await fill(page, "each_item", "node.out = {'double': node._loop * 2}");
    await page.keyboard.press("ArrowUp");
    await onNode(page, "each");
    await addKey(page, /^Collect a value/, "doubles", "each_item.out.double");
    await onNode(page, "each");

    await add(page, "branch", "check");
    await fill(page, "check", "sum(each.out['doubles']) > request.out['limit']");
    await add(page, "code", "step");
    await fill(page, "step", "node.out = {'share': 1 / (request.out['limit'] - 5)}");
    await page.keyboard.press("a");
    await page.keyboard.press("Control+ArrowRight");
    await page.keyboard.type("code");
    await page.keyboard.press("Enter");
    await onNode(page, "step2");
    await fill(page, "step2", "node.out = {'why': step.error.message}");

    await page.keyboard.press("c");
    await page.getByRole("combobox", { name: "Connect to" }).waitFor();
    await page.keyboard.type("result");
    await page.keyboard.press("Enter");
    await onNode(page, "step2");
    await page.keyboard.press("ArrowDown");
    await onNode(page, "result");
    await addKey(page, /^Add a value/, "doubles", "each.out.doubles");
    await onNode(page, "result");
    assert.deepEqual(await axe(page), []);
    // Nothing has run: nothing is claimed.
    await page.locator("aside [data-last-value]", { hasText: "no run yet" }).waitFor();

    await page.keyboard.press("Control+Enter");
    await page.getByRole("dialog", { name: /Try it with/ }).waitFor();
    await page.keyboard.press("Enter");
    await page.getByText("It worked.").waitFor();
    // The value of the last run stands below the field.
    await page
      .locator('aside [data-field="input.doubles"] [data-last-value]')
      .getByText("[2,4,6]")
      .waitFor();
    await page.getByRole("button", { name: /^Run \(reuses 2 of 4 steps\)/ }).waitFor();
    for (const id of ["each", "check"]) {
      await page.locator(`[data-node="${id}"] [data-reused]`).first().waitFor();
    }

    await page.keyboard.press("Control+s");
    await page
      .getByRole("dialog")
      .getByRole("button", { name: "Save", exact: true })
      .waitFor();
    await page.keyboard.press("Enter");
    await page.getByText("No changes").waitFor();
  });

  const nodes = await published(stage.url, "keys");
  const node = (id: string) => nodes.find((one) => one.id === id);
  assert.deepEqual(node("step")?.catch, ["step2"]);
  assert.deepEqual(node("each")?.collect, { doubles: ["each_item.out.double"] });
  const answer = await fetch(`${stage.url}/services/keys?wait=30`, {
    method: "POST",
    body: JSON.stringify({ numbers: [5], limit: 1 }),
    headers: { "content-type": "application/json" },
  });
  assert.deepEqual(await answer.json(), { doubles: [10] });
});

test("arrows walk the ways, through loops too; A, C and F ask by name", async () => {
  await visit(stage.browser, {}, async (page) => {
    await openCanvas(page, stage.url, "face-thumbnail");
    await page.focus('[data-node="photo"]');

    for (const id of ["faces", "thumbnails", "border", "crop", "result"]) {
      await page.keyboard.press("ArrowDown");
      await onNode(page, id);
    }
    await page.keyboard.press("f");
    await page.keyboard.type("bor");
    await page.keyboard.press("Enter");
    await onNode(page, "border");
    await page.keyboard.press("Escape");
    await onNode(page, "thumbnails");

    // The key that follows Enter is meant for the fields, however soon it comes.
    const isInFields = await page.evaluate(async () => {
      const press = { key: "Enter", bubbles: true, cancelable: true };
      document.activeElement?.dispatchEvent(new KeyboardEvent("keydown", press));
      await Promise.resolve();
      return document.activeElement?.closest("aside") != null;
    });
    assert.ok(isInFields);
  });
});

test("a key that comes while a closed window still has the focus is not lost", async () => {
  await publish(stage.url, bare("quick", {}));

  await visit(stage.browser, WIDE, async (page) => {
    await openCanvas(page, stage.url, "quick");
    await page.keyboard.press("Control+k");
    await page.getByRole("listbox", { name: "All actions" }).waitFor();
    await page.evaluate(() => {
      const field = document.activeElement;
      for (const key of [
        { key: "Escape" },
        { key: "3", code: "Digit3", altKey: true },
      ]) {
        const press = { ...key, bubbles: true, cancelable: true };
        field?.dispatchEvent(new KeyboardEvent("keydown", press));
      }
    });

    await page.getByRole("textbox", { name: "The pipeline as JSON" }).waitFor();
  });
});

test("targets that cannot be are listed with the reason", async () => {
  await visit(stage.browser, {}, async (page) => {
    await openCanvas(page, stage.url, "face-thumbnail");
    await page.focus('[data-node="faces"]');
    await page.keyboard.press("c");

    const list = page.getByRole("listbox", { name: "Connect to" });
    for (const name of [/Nothing leads into the entry\./, /crop.*another loop/]) {
      const target = list.getByRole("option", { name });
      await target.waitFor();
      assert.equal(await target.getAttribute("aria-disabled"), "true");
    }
  });
});
