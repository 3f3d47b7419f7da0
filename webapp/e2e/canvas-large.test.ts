/** Large pipelines on the canvas: they are drawn, and stay quick under the pointer. */
import assert from "node:assert/strict";
import { after, before, test } from "node:test";

import type { Browser, Page } from "playwright-core";

import { openBrowser, visit } from "./browsing.ts";
import { openCanvas, publish, still, type TestNode } from "./editing.ts";
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

/** Rows of five nodes side by side, each row joined before the next. */
function large(route: string, count: number): TestNode[] {
  const nodes: TestNode[] = [
    { id: "request", type: "entry", api: { route, body: { n: 1 } }, next: ["row0"] },
  ];
  const rows = Math.floor((count - 2) / 6);
  for (let row = 0; row < rows; row += 1) {
    const next = row + 1 < rows ? `row${String(row + 1)}` : "result";
    const ids = Array.from({ length: 5 }, (_, at) => `n${String(row)}_${String(at)}`);
    nodes.push({ id: `row${String(row)}`, type: "node", next: ids });
    for (const id of ids) {
      nodes.push({
        id,
        type: "node",
        after: `node.out = {'a': ${String(row)}}`,
        next: [next],
      });
    }
  }
  nodes.push({ id: "result", type: "end", input: { n: "request.out.n" } });
  return nodes;
}

/** CPU seconds of the processes of this browser that draw pages. */
async function rendererSeconds(): Promise<number> {
  const session = await browser.newBrowserCDPSession();
  const { processInfo } = await session.send("SystemInfo.getProcessInfo");
  await session.detach();
  return processInfo
    .filter(({ type }) => type === "renderer")
    .reduce((sum, { cpuTime }) => sum + cpuTime, 0);
}

const FRAMES = 120;

/** Milliseconds of CPU for each frame in which a node is dragged. */
async function dragCost(page: Page, id: string): Promise<number> {
  const box = await page.locator(`[data-node="${id}"]`).boundingBox();
  assert.ok(box);
  const x = box.x + box.width / 2;
  const y = box.y + box.height / 2;
  await page.mouse.move(x, y);
  await page.mouse.down();
  await page.mouse.move(x + 20, y + 20, { steps: 10 });

  const start = await rendererSeconds();
  await page.mouse.move(x + 80, y + 60, { steps: FRAMES });
  const spent = (await rendererSeconds()) - start;
  await page.mouse.up();
  return (1000 * spent) / FRAMES;
}

// Budgets are for a quiet machine; CPU time on a busy one is somewhat more.
const BUSY = 2;
const KEY_BUDGET = 30;
const KEYS = "node.out = {'sum': 12}";

/** Milliseconds of CPU for each key that is pressed in what has the focus. */
async function keyCost(page: Page): Promise<number> {
  const start = await rendererSeconds();
  await page.keyboard.type(KEYS, { delay: 20 });
  return (1000 * ((await rendererSeconds()) - start)) / KEYS.length;
}

/** The worker has arranged them: a row stands in the middle above its nodes. */
async function isArranged(page: Page): Promise<void> {
  await page.waitForFunction(() => {
    const leftOf = (node: Element | null) => node?.getBoundingClientRect().x ?? 0;
    const row = leftOf(document.querySelector('[data-node="row0"]'));
    const below = [...document.querySelectorAll('[data-node^="n0_"]')].map(leftOf);
    return below.some((x) => x < row - 9) && below.some((x) => x > row + 9);
  });
  await still(page);
}

for (const { count, budget } of [
  { count: 200, budget: 12 },
  { count: 500, budget: 25 },
]) {
  test(`${String(count)} nodes are drawn, and dragged within the budget`, async (t) => {
    const route = `large-${String(count)}`;
    await publish(stack.url, large(route, count));

    await visit(browser, { viewport: { width: 1400, height: 900 } }, async (page) => {
      await openCanvas(page, stack.url, route);
      await page.locator('[data-node="request"]').waitFor();
      await isArranged(page);
      await page.waitForFunction(() => {
        const node = document.querySelector('[data-node="row0"]');
        const box = node?.getBoundingClientRect();
        if (!box) return false;
        // React Flow without a height draws nothing, and says nothing.
        const seen = document.elementFromPoint(box.x + box.width / 2, box.y + 12);
        return seen?.closest("[data-node]") === node;
      });

      const cost = await dragCost(page, "row0");
      t.diagnostic(
        `${String(count)} nodes: ${cost.toFixed(1)} ms of CPU a dragged frame`,
      );
      assert.ok(
        cost <= budget * BUSY,
        `${cost.toFixed(1)} ms, budget ${String(budget)}`,
      );
    });
  });
}

test("a key costs little: in a field, in code, and in a reference", async (t) => {
  await publish(stack.url, large("keys", 200));

  await visit(browser, { viewport: { width: 1400, height: 900 } }, async (page) => {
    await openCanvas(page, stack.url, "keys");
    await page.locator('[data-node="n0_0"]').click();
    const fields = {
      notes: page.getByRole("textbox", { name: "Notes" }),
      code: page.locator('aside [data-field="after"] .cm-content'),
    };
    for (const [name, field] of Object.entries(fields)) {
      await field.click();
      await page.keyboard.press("Control+a");
      const cost = await keyCost(page);
      t.diagnostic(`${name}: ${cost.toFixed(1)} ms of CPU a key`);
      assert.ok(cost <= KEY_BUDGET * BUSY, `${name}: ${cost.toFixed(1)} ms`);
    }

    await page.locator('[data-node="request"]').click();
    await page.keyboard.press("ArrowDown");
    await page.keyboard.press("Control+f");
    await page.keyboard.type("result");
    await page.keyboard.press("Enter");
    const reference = page.locator('aside [data-field="input.n"] input');
    await reference.click();
    await page.keyboard.press("Control+a");
    const cost = await keyCost(page);
    t.diagnostic(`reference: ${cost.toFixed(1)} ms of CPU a key`);
    assert.ok(cost <= KEY_BUDGET * BUSY, `reference: ${cost.toFixed(1)} ms`);
  });
});
