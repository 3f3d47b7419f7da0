/**
 * Every action of the registry, by its key or from the list of actions: what it changes
 * is undone and done again, to equal documents. One that is added has to be put in here.
 */
import assert from "node:assert/strict";
import { test } from "node:test";

import type { Page } from "playwright-core";

import { visit } from "./browsing.ts";
import { keptDraft } from "./drafts.ts";
import { atRest, openCanvas, type TestNode, WIDE } from "./editing.ts";
import { stageWith } from "./stage.ts";
import { publish } from "./tasks.ts";

// Nothing is called: code alone runs, and what is not taken may be missing.
const stage = stageWith();

function nodes(route: string): TestNode[] {
  const step = (id: string, next: string[]): TestNode => ({
    id,
    type: "node",
    after: `node.out = {'${id}': 1}`,
    next,
  });
  return [
    { id: "request", type: "entry", api: { route, body: {} }, next: ["list"] },
    { ...step("list", ["each"]), after: "node.out = {'all': [1, 2]}" },
    {
      id: "each",
      type: "loop",
      items: "list.out.all",
      nodes: [step("one", ["two"]), step("two", ["loopEnd"])],
      collect: { done: ["two.out.two"] },
      next: ["check"],
    },
    {
      id: "check",
      type: "branch",
      if: "True",
      then: { next: ["left"] },
      else: { next: ["right"] },
    },
    step("left", ["result"]),
    { id: "right", type: "service", service: "not-there", next: ["result"] },
    { id: "result", type: "end" },
  ];
}

/** The document of the draft; undefined: there is no change. Drafts follow every edit. */
async function draft(page: Page): Promise<string | undefined> {
  const kept = await keptDraft(page);
  return kept && JSON.stringify(kept.document);
}

/** Wait until the draft is as it should be. */
async function becomes(
  page: Page,
  isRight: (document: string | undefined) => boolean,
  what: string,
): Promise<string | undefined> {
  const end = Date.now() + 20_000;
  for (;;) {
    const document = await draft(page);
    if (isRight(document)) return document;
    assert.ok(Date.now() < end, `${what}: ${String(document)}`);
  }
}

interface Doing {
  id: string;
  /** Its key; without one it is chosen in the list of all actions. */
  key?: string;
  nodes?: string[];
  /** A way that is chosen instead. */
  way?: string;
  /** What has to be there before, as a key. */
  first?: string[];
  /** What a person does in what opens. */
  finish?: (page: Page) => Promise<void>;
}

const TWO = ["left", "right"];

async function typed(page: Page, text: string): Promise<void> {
  await page.getByRole("dialog").getByRole("combobox").waitFor();
  await page.keyboard.type(text);
  await page.keyboard.press("Enter");
}

async function renamed(page: Page): Promise<void> {
  const dialog = page.getByRole("dialog", { name: /list/ });
  await dialog.getByRole("textbox").fill("items");
  await dialog.getByText("each · items").waitFor();
  await page.keyboard.press("Enter");
}

/** Those that change the document. */
const CHANGES: Doing[] = [
  { id: "cut", key: "Control+x", nodes: ["left"] },
  { id: "duplicate", key: "Control+d", nodes: ["each"] },
  { id: "delete", key: "Delete", nodes: ["each"] },
  { id: "rename", key: "F2", nodes: ["list"], finish: renamed },
  { id: "add", key: "a", nodes: ["list"], finish: (page) => typed(page, "http") },
  {
    id: "connect",
    key: "c",
    nodes: ["left"],
    finish: async (page) => {
      await page.keyboard.press("Control+ArrowRight");
      await typed(page, "right");
    },
  },
  { id: "delete-way", key: "Delete", way: "list next each" },
  { id: "into-loop", key: "i", nodes: ["left"] },
  { id: "out-of-loop", key: "o", nodes: ["two"] },
  { id: "nudge-up", key: "Alt+ArrowUp", nodes: ["one"] },
  { id: "nudge-down", key: "Alt+ArrowDown", nodes: ["one"] },
  { id: "nudge-left", key: "Alt+ArrowLeft", nodes: TWO },
  { id: "nudge-right", key: "Alt+ArrowRight", nodes: TWO },
  ...["left", "center", "right", "top", "middle", "bottom"].map((side): Doing => ({
    id: `align-${side}`,
    nodes: TWO,
  })),
  { id: "tidy", key: "l", nodes: ["left"], first: ["Alt+ArrowRight"] },
  { id: "paste", key: "Control+v", nodes: ["left"], first: ["Control+c"] },
  { id: "import" },
];

/** The same in the outline, where they are. */
const IN_OUTLINE: Doing[] = [
  { id: "move-up", key: "Alt+ArrowUp", nodes: ["right"] },
  { id: "move-down", key: "Alt+ArrowDown", nodes: ["one"] },
];

async function choose(page: Page, { nodes: ids = [], way }: Doing): Promise<void> {
  if (way !== undefined) {
    // It moves as long as the nodes do that were put in order again.
    await atRest(page);
    // Its middle has a button.
    const at = await page
      .locator(`[data-way="${way}"] .way-hit`)
      .evaluate((line: SVGPathElement) => {
        const { x, y } = line.getPointAtLength(line.getTotalLength() / 4);
        const place = new DOMPoint(x, y).matrixTransform(
          line.getScreenCTM() ?? undefined,
        );
        return { x: place.x, y: place.y };
      });
    await page.mouse.click(at.x, at.y);
    return;
  }
  for (const [at, id] of ids.entries()) {
    const node = page.locator(`[data-node="${id}"], [data-row="${id}"]`);
    await node.click(at > 0 ? { modifiers: ["Shift"] } : {});
  }
}

async function start(page: Page, { id, key }: Doing): Promise<void> {
  if (key !== undefined) {
    await page.keyboard.press(key);
    return;
  }
  await page.keyboard.press("Control+k");
  await typed(page, id);
}

/** Do it, undo it, do it again, and leave all as it was. */
async function thereAndBack(page: Page, doing: Doing): Promise<void> {
  await choose(page, doing);
  const before = await draft(page);
  let ready = before;
  for (const key of doing.first ?? []) await page.keyboard.press(key);
  if (doing.id === "tidy") {
    ready = await becomes(page, (now) => now !== before, "moved first");
  }

  await start(page, doing);
  await doing.finish?.(page);
  const after = await becomes(
    page,
    (now) => now !== ready,
    `${doing.id} does something`,
  );
  await page.keyboard.press("Control+z");
  await becomes(page, (now) => now === ready, `${doing.id} is undone`);
  await page.keyboard.press("Control+Shift+z");
  await becomes(page, (now) => now === after, `${doing.id} is done again`);
  await page.keyboard.press("Control+z");
  if (ready !== before) await page.keyboard.press("Control+z");
  await becomes(page, (now) => now === undefined, `after ${doing.id} all is as it was`);
}

interface Leaving extends Doing {
  /** What is seen of it. */
  seen: (page: Page) => Promise<unknown>;
}

const dialog = (name: RegExp) => async (page: Page) => {
  const opened = page.getByRole("dialog", { name });
  await opened.waitFor();
  await page.keyboard.press("Escape");
  await opened.waitFor({ state: "detached" });
};

const text = (words: string | RegExp) => (page: Page) =>
  page.getByText(words).first().waitFor();

const chosen = (id: string) => (page: Page) =>
  page.locator(`[data-node="${id}"][aria-pressed="true"]`).waitFor();

/** Those that change nothing of the document. */
const LEAVES: Leaving[] = [
  {
    id: "export",
    // The list of actions has closed before: the download is on its way.
    seen: text("No changes"),
  },
  { id: "save", key: "Control+s", seen: dialog(/Save/) },
  { id: "versions", seen: dialog(/Versions/) },
  { id: "duplicate-pipeline", seen: dialog(/Duplicate/) },
  { id: "used-by", seen: dialog(/Who uses registry/) },
  { id: "rename-route", seen: dialog(/Rename registry/) },
  { id: "keys", key: "?", seen: dialog(/Keys/) },
  { id: "find", key: "f", seen: dialog(/Find/) },
  { id: "run-input", key: "Alt+Enter", seen: dialog(/Try it with/) },
  { id: "copy", key: "Control+c", nodes: ["left"], seen: text("1 step copied") },
  { id: "select-all", key: "Control+a", seen: text("9 steps") },
  { id: "next-fault", key: "F8", nodes: ["list"], seen: chosen("right") },
  { id: "previous-fault", key: "Shift+F8", nodes: ["list"], seen: chosen("right") },
  {
    id: "run-up-to",
    key: "Control+Shift+Enter",
    nodes: ["list"],
    seen: async (page) => {
      await page.locator('[data-node="list"][data-tone="ok"]').waitFor();
      assert.equal(await page.locator('[data-node="left"][data-tone]').count(), 0);
    },
  },
  {
    id: "run",
    key: "Control+Enter",
    seen: (page) => page.locator('[data-node="left"][data-tone="ok"]').waitFor(),
  },
  {
    id: "whole",
    key: "!",
    seen: (page) => page.locator('[data-node="request"]').click({ trial: true }),
  },
  {
    id: "view-outline",
    key: "Alt+2",
    // Arrows move in it at once.
    seen: (page) => page.locator("[role=treegrid] [data-row]:focus").waitFor(),
  },
  {
    id: "view-json",
    key: "Alt+3",
    seen: (page) => page.locator(".cm-content").waitFor(),
  },
  {
    id: "view-canvas",
    key: "Alt+1",
    seen: (page) => page.locator("[data-node]").first().waitFor(),
  },
];

/** What leaves the page, or takes the pipeline away for a moment. */
const AT_THE_END: Leaving[] = [
  {
    id: "delete-pipeline",
    seen: async (page) => {
      await page.getByRole("alert").getByRole("button", { name: "Undo" }).click();
      await page.getByText(/is there again/).waitFor();
    },
  },
];

/** The ids of all actions, as the list of them shows them. */
async function registry(page: Page): Promise<string[]> {
  await page.keyboard.press("Control+k");
  const list = page.getByRole("listbox", { name: "All actions" });
  await list.waitFor();
  const ids = await list.evaluate((one) =>
    [...one.querySelectorAll("[role=option]")].map((option) =>
      option.id.slice(one.id.length + 1),
    ),
  );
  await page.keyboard.press("Escape");
  await list.waitFor({ state: "detached" });
  // The list of all does not name itself.
  return [...ids, "commands"];
}

/** Those that ask nothing, so that any of them can follow any other. */
const IN_A_ROW = [
  ...["Control+d", "Control+x", "Control+v", "Delete", "i", "o", "l"],
  ...["Alt+ArrowUp", "Alt+ArrowRight"],
];
const ROW_LENGTH = 20;

/** The same numbers each time: what fails can be tried again. */
function numbersFrom(seed: number): (below: number) => number {
  let state = seed;
  return (below) => {
    state = (state * 48_271) % 2_147_483_647;
    return state % below;
  };
}

test("many actions in a row are undone to the beginning, and done again to the end", async () => {
  const route = "in-a-row";
  await publish(stage.url, nodes(route));

  await visit(stage.browser, WIDE, async (page) => {
    await openCanvas(page, stage.url, route);
    const number = numbersFrom(15);
    for (let step = 0; step < ROW_LENGTH; step += 1) {
      const ids = await page
        .locator("[data-node]")
        .evaluateAll((all) =>
          all.map((one) => (one as HTMLElement).dataset.node ?? ""),
        );
      await page.focus(`[data-node="${ids[number(ids.length)] ?? ""}"]`);
      await page.keyboard.press(IN_A_ROW[number(IN_A_ROW.length)] ?? "");
    }
    // Drafts follow in order: with this the last of them is there.
    await page.focus('[data-node="request"]');
    await page.keyboard.press("Enter");
    await page.getByRole("textbox", { name: "Notes" }).fill("the end");
    const last = await becomes(page, (now) => now?.includes("the end") === true, "end");

    await page.locator('[data-node="request"]').click();
    for (let step = 0; step <= ROW_LENGTH; step += 1) {
      await page.keyboard.press("Control+z");
    }
    await becomes(page, (now) => now === undefined, "all is undone");
    await page.getByText("No changes").waitFor();
    for (let step = 0; step <= ROW_LENGTH; step += 1) {
      await page.keyboard.press("Control+Shift+z");
    }
    await becomes(page, (now) => now === last, "all is done again");
  });
});

test("every action of the registry, in a browser, there and back", async () => {
  const route = "registry";
  await publish(stage.url, nodes(route));

  await visit(stage.browser, WIDE, async (page) => {
    page.on("filechooser", (chooser) => {
      const other = JSON.stringify({
        type: "pipeline",
        nodes: nodes("other").slice(0, 3),
      });
      const buffer = Buffer.from(other);
      void chooser.setFiles({
        name: "other.json",
        mimeType: "application/json",
        buffer,
      });
    });
    await openCanvas(page, stage.url, route);
    const tried = [...CHANGES, ...IN_OUTLINE, ...LEAVES, ...AT_THE_END];
    // Each of them is undone and done again.
    const all = [...tried.map(({ id }) => id), "undo", "redo", "commands"];
    assert.deepEqual((await registry(page)).sort(), all.sort());

    for (const doing of CHANGES) await thereAndBack(page, doing);
    await page.keyboard.press("Alt+2");
    for (const doing of IN_OUTLINE) await thereAndBack(page, doing);
    await page.keyboard.press("Alt+1");
    await page.locator("[data-node]").first().waitFor();

    for (const doing of LEAVES) {
      await choose(page, doing);
      await start(page, doing);
      await doing.seen(page);
    }
    for (const doing of AT_THE_END) {
      await start(page, doing);
      await doing.seen(page);
    }
    assert.equal(await draft(page), undefined);
    await page.getByText("No changes").waitFor();
  });
});
