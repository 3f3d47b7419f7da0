/** What the actions of the editor do in a real page: by palette, by key, by button. */
import assert from "node:assert/strict";
import { test } from "node:test";

import type { Page } from "playwright-core";

import { axe, visit } from "./browsing.ts";
import {
  bare,
  documentNow,
  onNode,
  openCanvas,
  runFromWindow,
  still,
  type TestNode,
  WIDE,
} from "./editing.ts";
import { stageWith } from "./stage.ts";
import { publish } from "./tasks.ts";

const stage = stageWith("image-processing");

const node = (page: Page, id: string) => page.locator(`[data-node="${id}"]`);
const way = (page: Page, id: string) => page.locator(`[data-way="${id}"]`);

/** request → half → third → result; `api` says what is announced. */
function chain(route: string, api: Record<string, unknown> = {}): TestNode[] {
  const step = (id: string, code: string, next: string): TestNode => ({
    id,
    type: "node",
    after: code,
    next: [next],
  });
  return [
    {
      id: "request",
      type: "entry",
      api: { route, body: { number: 12 }, ...api },
      next: ["half"],
    },
    step("half", "node.out = {'number': request.out['number'] / 2}", "third"),
    step("third", "node.out = {'number': half.out['number'] / 0}", "result"),
    { id: "result", type: "end", input: { number: "third.out.number" } },
  ];
}

test("up to here runs what leads to a node, and the node: the fault behind it not", async () => {
  const output = { type: "object", required: ["number"], properties: { number: {} } };
  await publish(stage.url, chain("up-to", { outputSchema: output }));

  await visit(stage.browser, WIDE, async (page) => {
    await openCanvas(page, stage.url, "up-to");
    await node(page, "half").click();
    await page.getByRole("button", { name: "More ways to run" }).click();
    await page.getByRole("menuitem", { name: /Run up to here/ }).click();
    // The first run asks for an input, and does not forget how far it shall go.
    await runFromWindow(page);

    await page.getByText("It worked.").waitFor();
    await page.locator('[data-node="half"][data-tone="ok"]').waitFor();
    assert.equal(await page.locator('[data-node="third"][data-tone]').count(), 0);
    // What is edited stays whole, and none of it was published.
    assert.equal(await page.getByText("No changes").count(), 1);
    assert.deepEqual((await documentNow(page)).length, 4);

    // By its key, one node further: the first is not done again.
    await node(page, "third").click();
    await page.keyboard.press("Control+Shift+Enter");
    await page.getByText("It failed").waitFor();
    await page.locator('[data-node="half"] [data-reused="true"]').waitFor();
  });
});

test("the plus on a way adds a node there, in one step to undo", async () => {
  await publish(stage.url, bare("plus", {}));

  await visit(stage.browser, WIDE, async (page) => {
    await openCanvas(page, stage.url, "plus");
    await way(page, "request next result").hover();
    await page.locator('[data-add-on="request next result"]').click();
    await page.getByRole("dialog", { name: "Add a step" }).waitFor();
    await page.keyboard.type("code");
    await page.keyboard.press("Enter");

    await way(page, "request next step").waitFor({ state: "attached" });
    await way(page, "step next result").waitFor({ state: "attached" });
    await page.keyboard.press("Control+z");
    await way(page, "request next result").waitFor({ state: "attached" });
    await page.getByText("No changes").waitFor();
  });
});

/** What a route takes that has an input of each kind. */
const EACH_KIND = {
  type: "object",
  properties: {
    size: { enum: ["small", "large"] },
    copies: { type: "integer", minimum: 1 },
    gift: { type: "boolean" },
    title: { type: "string" },
    note: { type: "string" },
    colour: { type: ["string", "null"], default: null },
    paper: { type: "string", default: "plain" },
  },
  required: ["size", "copies", "gift", "title"],
};

test("each input has the control of its type, and each of the forms of a value", async () => {
  await publish(stage.url, [
    {
      id: "request",
      type: "entry",
      api: { route: "printed", inputSchema: EACH_KIND },
      next: ["result"],
    },
    { id: "result", type: "end", input: {} },
  ]);
  const before = {
    size: { value: "small" },
    copies: 1,
    gift: false,
    title: { value: "none" },
  };
  await publish(stage.url, [
    {
      id: "request",
      type: "entry",
      api: { route: "forms", body: { name: "Ada" } },
      next: ["call"],
    },
    {
      id: "call",
      type: "service",
      service: "printed",
      input: before,
      next: ["result"],
    },
    { id: "result", type: "end", input: {} },
  ]);

  await visit(stage.browser, WIDE, async (page) => {
    await openCanvas(page, stage.url, "forms");
    await node(page, "call").click();
    const row = (name: string) => page.getByRole("group", { name, exact: true });
    const form = (name: string) =>
      row(name).getByRole("combobox", { name: `Form of ${name}` });

    // Constants.
    const size = row("size").getByRole("combobox", { name: "size", exact: true });
    await size.selectOption({ label: "large" });
    await row("copies").getByRole("spinbutton", { name: "copies" }).fill("3");
    await row("gift").locator("input[type=checkbox]").check();

    // A text with values in it, and a value or a default.
    await form("title").selectOption("template");
    const title = row("title").getByRole("textbox", { name: "title" });
    await title.fill("For ");
    await title.press("End");
    await row("title").getByText("{request.out.name}").click();
    await page.getByRole("button", { name: "3 more inputs" }).click();
    // A default of nothing is none that could be told.
    await row("paper").getByText('usually "plain"').waitFor();
    await row("colour")
      .getByRole("combobox", { name: "colour", exact: true })
      .waitFor();
    await form("note").selectOption("from");
    await row("note")
      .getByRole("combobox", { name: "note", exact: true })
      .fill("request.out.name");
    await row("note").getByRole("textbox", { name: "Default, as JSON" }).fill('"-"');

    // When, how often, with which constants, and what is to be known of it.
    await page.getByRole("textbox", { name: "Notes" }).fill("Prints it.");
    await page.getByText("When, how often, code").click();
    await page.getByRole("textbox", { name: "Wait before" }).fill("30s");
    await page.getByRole("spinbutton", { name: "Gives up after (s)" }).fill("60");
    await page.getByRole("spinbutton", { name: "Tries again" }).fill("2");
    await page.getByRole("textbox", { name: /Constants \(params\)/ }).fill('{"a": 1}');

    // Names and keys are completed as the contracts say.
    const code = page.locator('aside [data-field="after"] .cm-content');
    await code.click();
    await page.keyboard.type("node.out['who'] = request.out['");
    await page.locator(".cm-tooltip-autocomplete").getByText("name").click();
    await node(page, "request").click();

    const call = (await documentNow(page)).find(({ id }) => id === "call");
    assert.deepEqual(call, {
      id: "call",
      type: "service",
      service: "printed",
      input: {
        size: { value: "large" },
        copies: 3,
        gift: true,
        title: { template: "For {request.out.name}" },
        note: { from: "request.out.name", default: "-" },
      },
      next: ["result"],
      description: "Prints it.",
      delay: "30s",
      timeout: 60,
      retry: 2,
      params: { a: 1 },
      after: "node.out['who'] = request.out['name']",
    });
  });
});

test("Ctrl+K finds every action by name, shows its key, and does it", async () => {
  await publish(stage.url, chain("palette"));

  await visit(stage.browser, WIDE, async (page) => {
    await openCanvas(page, stage.url, "palette");
    await node(page, "half").click();
    await page.keyboard.press("Control+k");
    const palette = page.getByRole("dialog", { name: "All actions" });
    await palette.getByRole("option", { name: /Steps Duplicate/ }).waitFor();
    assert.deepEqual(await axe(page), []);

    await page.keyboard.type("duplicate");
    await palette.getByRole("option", { name: /Duplicate.*Ctrl\+D/ }).waitFor();
    await page.keyboard.press("Enter");
    await node(page, "half2").waitFor();
    // What cannot be done now is shown, and is not done.
    await page.keyboard.press("Control+k");
    await page.keyboard.type("redo");
    const redo = palette.getByRole("option", { name: /Redo|Do again/ });
    assert.equal(await redo.getAttribute("aria-disabled"), "true");
    await page.keyboard.press("Enter");
    await palette.waitFor();
    await page.keyboard.press("Escape");
    await palette.waitFor({ state: "detached" });
  });
});

test("keys that are pressed in a window or a menu do nothing behind it", async () => {
  await publish(stage.url, chain("behind"));

  await visit(stage.browser, WIDE, async (page) => {
    await openCanvas(page, stage.url, "behind");
    await node(page, "half").click();
    await page.keyboard.press("Alt+Enter");
    const ask = page.getByRole("dialog", { name: /Try it with/ });
    await ask.getByRole("button", { name: "Run" }).focus();
    await page.keyboard.press("Delete");
    await ask.getByRole("button", { name: "Cancel" }).click();
    await page.getByRole("button", { name: "More", exact: true }).click();
    await page.getByRole("menuitem").first().focus();
    await page.keyboard.press("Delete");
    await page.keyboard.press("Escape");

    await node(page, "half").waitFor();
    await page.getByText("No changes").waitFor();

    // Where they are meant, the keyboard goes on from the node before.
    await node(page, "half").focus();
    await page.keyboard.press("Delete");
    await onNode(page, "request");
  });
});

test("several nodes are chosen by frame and by Shift, put in line, and undone", async () => {
  await publish(stage.url, [
    {
      id: "request",
      type: "entry",
      api: { route: "line", body: {} },
      next: ["a", "b"],
      position: { x: 0, y: 0 },
    },
    { id: "a", type: "node", next: ["result"], position: { x: -200, y: 120 } },
    { id: "b", type: "node", next: ["result"], position: { x: 200, y: 170 } },
    { id: "result", type: "end", input: {}, position: { x: 0, y: 320 } },
  ]);

  await visit(stage.browser, WIDE, async (page) => {
    await openCanvas(page, stage.url, "line");
    await node(page, "a").click();
    await node(page, "b").click({ modifiers: ["Shift"] });
    await page.getByText("2 steps").first().waitFor();
    const top = async (id: string) => (await node(page, id).boundingBox())?.y;
    await page.keyboard.press("Control+k");
    await page.keyboard.type("align-top");
    await page.keyboard.press("Enter");
    await still(page);
    assert.equal(await top("a"), await top("b"));
    await page.keyboard.press("Control+z");
    await still(page);
    assert.notEqual(await top("a"), await top("b"));
    await page.getByText("No changes").waitFor();

    // A frame around all of them, from the void.
    await page.keyboard.down("Shift");
    await page.mouse.move(290, 120);
    await page.mouse.down();
    await page.mouse.move(980, 830, { steps: 6 });
    await page.mouse.up();
    await page.keyboard.up("Shift");
    await page.getByText("4 steps").first().waitFor();
  });
});

test("while the engine is away editing goes on, and says so; back, it is checked", async () => {
  await publish(stage.url, chain("away"));

  await visit(stage.browser, WIDE, async (page) => {
    await openCanvas(page, stage.url, "away");
    await page.context().setOffline(true);
    // The editor for code is not there yet: a plain field takes its place.
    await node(page, "half").click();
    await page
      .getByRole("textbox", { name: "Code", exact: true })
      .fill("node.out = {}");
    await node(page, "third").click();
    await page.keyboard.press("Delete");
    await onNode(page, "half");
    await page.getByText(/the engine does not answer/).waitFor();
    await page.keyboard.press("Control+s");
    const save = page.getByRole("dialog");
    await save.getByRole("button", { name: "Save", exact: true }).click();
    await save.getByText("The engine does not answer.").waitFor();
    await page.keyboard.press("Escape");
    await save.waitFor({ state: "detached" });

    await page.context().setOffline(false);
    await page
      .getByRole("region", { name: "What is wrong" })
      .getByText("third")
      .waitFor();
    await page.getByText(/the engine does not answer/).waitFor({ state: "detached" });
    await page.locator('aside [data-field="after"] .cm-content').waitFor();
    const half = (await documentNow(page)).find(({ id }) => id === "half");
    assert.equal(half?.after, "node.out = {}");
  });
});

test("a save that waits keeps the keyboard, and is sent once", async () => {
  await publish(stage.url, chain("waits"));

  await visit(stage.browser, WIDE, async (page) => {
    await openCanvas(page, stage.url, "waits");
    let sent = 0;
    let answer = () => {};
    const held = new Promise<void>((resolve) => (answer = resolve));
    await page.route("**/services", async (route) => {
      if (route.request().method() !== "POST") return route.continue();
      sent += 1;
      await held;
      await route.abort();
    });
    await node(page, "third").click();
    await page
      .locator('aside [data-field="after"] .cm-content')
      .fill("node.out = {'number': 1}");
    await page.keyboard.press("Control+s");
    const save = page.getByRole("dialog");
    const button = save.getByRole("button", { name: "Save", exact: true });
    await save.locator("button:focus", { hasText: "Save" }).waitFor();

    await page.keyboard.press("Enter");
    await save.locator("button:focus[aria-disabled=true]").waitFor();
    await page.keyboard.press("Enter");
    answer();

    await save.getByText("The engine does not answer.").waitFor();
    await save.locator("button:focus:not([aria-disabled])").waitFor();
    assert.equal(await button.evaluate((one) => one === document.activeElement), true);
    assert.equal(sent, 1);
    await page.keyboard.press("Escape");
    await save.waitFor({ state: "detached" });
  });
});
