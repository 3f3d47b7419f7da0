/**
 * Every action of the registry in a real page, in an order drawn by lot: undone one by
 * one and done again, the documents are the same. SEED=7 draws another order.
 */
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { after, before, test } from "node:test";

import type { Browser, BrowserContextOptions, Page } from "playwright-core";

import { openBrowser, visit } from "./browsing.ts";
import { openCanvas, publish, type TestNode } from "./editing.ts";
import { type Stack, startStack } from "./stack.ts";

let stack: Stack;
let browser: Browser;

before(async () => {
  stack = await startStack(["image-processing"]);
  browser = await openBrowser();
});

after(async () => {
  await browser.close();
  await stack.stop();
});

const SEED = Number(process.env.SEED ?? 15);

/** They store, leave or start something; the document stays as it is. */
const ELSEWHERE = new Set([
  "save",
  "versions",
  "export",
  "duplicate-pipeline",
  "delete-pipeline",
  "run",
  "run-up-to",
  "run-input",
  "undo",
  "redo",
  "keys",
]);

/** They only show something; what comes after them has to work there as well. */
const SHOWING = /^(view-|find|whole|next-|previous-|copy|select-all)/;

function mixed(seed: number): () => number {
  let state = seed;
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state / 2 ** 32;
  };
}

const random = mixed(SEED);
const pick = <Item>(items: readonly Item[]): Item | undefined =>
  items[Math.floor(random() * items.length)];

function shuffled<Item>(items: readonly Item[]): Item[] {
  return items
    .map((item) => [random(), item] as const)
    .sort(([one], [other]) => one - other)
    .map(([, item]) => item);
}

function sample(route: string): TestNode[] {
  return [
    {
      id: "request",
      type: "entry",
      api: { route, body: { list: [1, 2] } },
      next: ["each", "spare"],
    },
    {
      id: "each",
      type: "loop",
      items: "request.out.list",
      nodes: [{ id: "inner", type: "node", next: ["loopEnd"] }],
      next: ["check"],
    },
    {
      id: "check",
      type: "branch",
      if: "True",
      then: { next: ["yes"] },
      else: { next: ["result"] },
    },
    { id: "yes", type: "node", next: ["result"], catch: ["result"] },
    { id: "spare", type: "node", next: ["result"] },
    { id: "result", type: "end", input: {} },
  ];
}

/** The document as it is now: what a person would get as a file. */
async function exported(page: Page): Promise<string> {
  const download = page.waitForEvent("download");
  await command(page, "export");
  return readFileSync(await (await download).path(), "utf-8");
}

/** Do an action by the palette; false: it cannot be done now. */
async function command(page: Page, id: string): Promise<boolean> {
  await page.keyboard.press("Control+k");
  const palette = page.getByRole("dialog", { name: "All actions" });
  await palette.getByRole("combobox").fill(id);
  const option = palette.locator(`[role=option][id$="-${id}"]`);
  const can = (await option.getAttribute("aria-disabled")) !== "true";
  if (can) await option.click();
  else await page.keyboard.press("Escape");
  await palette.waitFor({ state: "detached" });
  return can;
}

async function allActions(page: Page): Promise<string[]> {
  await page.keyboard.press("Control+k");
  const palette = page.getByRole("dialog", { name: "All actions" });
  const options = palette.getByRole("option");
  await options.first().waitFor();
  const ids = await options.evaluateAll((all) =>
    // The id of the list has no such sign in it.
    all.map(({ id }) => id.slice(id.indexOf("-") + 1)),
  );
  await page.keyboard.press("Escape");
  await palette.waitFor({ state: "detached" });
  return ids;
}

/** Choose nodes as somebody without a pointer does. */
async function choose(page: Page, ids: readonly string[]): Promise<void> {
  const [first, ...others] = ids;
  await page.locator(`[data-node="${first ?? ""}"]`).dispatchEvent("click");
  await page.keyboard.down("Shift");
  for (const id of others) {
    await page.locator(`[data-node="${id}"]`).dispatchEvent("click");
  }
  await page.keyboard.up("Shift");
}

const nodesNow = (page: Page) =>
  page
    .locator("[data-node]")
    .evaluateAll((all) => all.map((one) => (one as HTMLElement).dataset.node ?? ""));

/** What has to be chosen so that an action can be done; else any node. */
async function prepare(page: Page, id: string): Promise<void> {
  if (/^move-/.test(id)) {
    await command(page, "view-outline");
    await page.locator('[data-row="each"], [data-row="check"]').first().focus();
    return;
  }
  if ((await page.locator("[data-node]").count()) === 0) {
    await command(page, "view-canvas");
    await page.locator("[data-node]").first().waitFor();
  }
  if (id === "delete-way") {
    await page.locator(".react-flow__pane").dispatchEvent("click");
    await page.locator('[data-way="request next each"]').dispatchEvent("click");
  } else await choose(page, await wanted(page, id));
}

async function wanted(page: Page, id: string): Promise<string[]> {
  if (/^align-/.test(id)) return ["each", "check", "result"];
  if (id === "into-loop") return ["check"];
  if (id === "out-of-loop") return ["inner"];
  const nodes = await nodesNow(page);
  // The entry is neither deleted nor copied.
  return [pick(nodes.filter((one) => one !== "request")) ?? "request"];
}

/** These need the nodes of the sample as they were. */
const OF_SAMPLE = /^(align-|into-|out-of-|delete-way|move-)/;

/** Answer the window that an action has opened, in one way or another. */
async function answer(page: Page): Promise<void> {
  const window = page.getByRole("dialog");
  if ((await window.count()) === 0) return;
  const name = page.getByRole("textbox", { name: "New name" });
  if (await name.isVisible()) {
    await name.fill(`named${String(Math.floor(random() * 1e6))}`);
    const button = window.getByRole("button", { name: "Rename", exact: true });
    await button.and(page.locator(":enabled")).click();
  } else {
    for (let step = Math.floor(random() * 4); step > 0; step -= 1) {
      await page.keyboard.press("ArrowDown");
    }
    await page.keyboard.press("Enter");
  }
  await window.waitFor({ state: "detached" });
}

test("every action is undone and done again, to equal documents", async (t) => {
  await publish(stack.url, sample("undo"));
  await publish(stack.url, sample("imported"));
  const file = {
    name: "imported.json",
    mimeType: "application/json",
    buffer: Buffer.from(JSON.stringify({ type: "pipeline", nodes: sample("undo") })),
  };
  const options: BrowserContextOptions = {
    viewport: { width: 1400, height: 900 },
    permissions: ["clipboard-read", "clipboard-write"],
    reducedMotion: "reduce",
  };

  await visit(browser, options, async (page) => {
    page.on("filechooser", (chooser) => void chooser.setFiles(file));
    await openCanvas(page, stack.url, "undo");
    const actions = (await allActions(page)).filter((id) => !ELSEWHERE.has(id));
    const changing = actions.filter((id) => !SHOWING.test(id));
    t.diagnostic(`${String(actions.length)} actions, seed ${String(SEED)}`);

    const states = [await exported(page)];
    const done = new Set<string>();
    const act = async (id: string) => {
      await prepare(page, id);
      if (!(await command(page, id))) return;
      await answer(page);
      const now = await exported(page);
      if (now === states.at(-1)) return;
      states.push(now);
      done.add(id);
    };
    for (const id of shuffled(actions)) {
      if (OF_SAMPLE.test(id) && states.at(-1) !== states[0]) await act("import");
      await act(id);
    }
    const missed = changing.filter((id) => !done.has(id));
    assert.deepEqual(missed, [], "these changed nothing");

    for (const state of states.slice(0, -1).reverse()) {
      await page.keyboard.press("Control+z");
      assert.equal(await exported(page), state);
    }
    assert.equal(await command(page, "undo"), false);
    for (const state of states.slice(1)) {
      await page.keyboard.press("Control+Shift+z");
      assert.equal(await exported(page), state);
    }
    assert.equal(await command(page, "redo"), false);
  });
});
