/** Large pipelines: they are drawn, and stay quick under pointer and keys. */
import assert from "node:assert/strict";
import { test } from "node:test";

import type { Page } from "playwright-core";

import { visit } from "./browsing.ts";
import { openCanvas, still, type TestNode, WIDE } from "./editing.ts";
import { cpuMeter } from "./measuring.ts";
import { until } from "./stack.ts";
import { stageWith } from "./stage.ts";
import { publish } from "./tasks.ts";

const stage = stageWith();

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

/** CPU seconds of this browser's renderers. The one of the page is alone at work. */
async function rendererSeconds(page: Page): Promise<number> {
  const browser = page.context().browser();
  assert.ok(browser);
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

  const start = await rendererSeconds(page);
  await page.mouse.move(x + 80, y + 60, { steps: FRAMES });
  const spent = (await rendererSeconds(page)) - start;
  await page.mouse.up();
  // Nothing is measured where the system does not tell.
  assert.ok(spent > 0);
  return (1000 * spent) / FRAMES;
}

const KEYS = 20;
const KEY_MS = 30;

/** Milliseconds of the page's thread for each key that is typed where the focus is. */
async function keyCost(page: Page, meter: () => Promise<number>): Promise<number> {
  const start = await meter();
  for (let key = 0; key < KEYS; key += 1) await page.keyboard.press("x");
  await page.evaluate(
    () =>
      new Promise<void>((resolve) => {
        requestAnimationFrame(() => {
          requestAnimationFrame(() => {
            resolve();
          });
        });
      }),
  );
  return (1000 * ((await meter()) - start)) / KEYS;
}

/** Where one types, and how one gets there. */
const TYPED: [string, (page: Page) => Promise<unknown>][] = [
  [
    "a field beside the canvas",
    async (page) => {
      await page.keyboard.press("Escape");
      await page.locator('[data-node="n0_0"]').click();
      await page.locator('aside [data-field="description"] textarea').first().click();
    },
  ],
  [
    "code",
    async (page) => {
      await page.locator('aside [data-field="after"] .cm-content').click();
      await page.keyboard.press("Control+End");
    },
  ],
  [
    "a field beside the outline",
    async (page) => {
      await page.keyboard.press("Escape");
      await page.keyboard.press("Alt+2");
      await page.locator('[data-row="n0_1"]').click();
      await page.locator('aside [data-field="description"] textarea').first().click();
    },
  ],
  [
    "JSON",
    async (page) => {
      await page.keyboard.press("Alt+3");
      await page.locator(".cm-line", { hasText: '"id": "request"' }).click();
      await page.keyboard.press("End");
      await page.keyboard.press("ArrowLeft");
      await page.keyboard.press("ArrowLeft");
    },
  ],
];

/** What things cost with twenty nodes, by name: budgets are for a machine as quick as
 * most, and on a slow one many nodes may cost so many times as much as these. */
const small = new Map<string, number>();
const GROWTH = 3;

/** Budgets are for a quiet machine; CPU time on a busy one is somewhat more. */
const BUSY = 2;

/** Asks whether something costs no more than it may, in milliseconds of CPU. */
function expectWithin(budget: number, cost: number, name: string): void {
  const allowed = Math.max(budget * BUSY, GROWTH * (small.get(name) ?? 0));
  const told = `${name}: ${cost.toFixed(1)} ms, allowed are ${allowed.toFixed(1)}`;
  assert.ok(cost <= allowed, told);
}

const DRAGGED = "a dragged frame";

/** What typing a key costs, by where that is. */
async function typingCosts(page: Page): Promise<Map<string, number>> {
  const meter = await cpuMeter(page);
  const costs = new Map<string, number>();
  for (const [where, go] of TYPED) {
    await go(page);
    costs.set(where, await keyCost(page, meter));
  }
  return costs;
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

const SEEN_MS = 10_000;

/** Whether a node is within the window. */
function isSeen(page: Page, id: string): Promise<boolean> {
  return page.evaluate((name) => {
    const box = document
      .querySelector(`[data-node="${name}"]`)
      ?.getBoundingClientRect();
    return box !== undefined && box.top > 0 && box.bottom < window.innerHeight;
  }, id);
}

test("twenty nodes are drawn, dragged and changed, for comparison", async (t) => {
  const route = "small";
  await publish(stage.url, large(route, 20));

  await visit(stage.browser, WIDE, async (page) => {
    await openCanvas(page, stage.url, route);
    await isArranged(page);

    small.set(DRAGGED, await dragCost(page, "row0"));
    for (const [where, cost] of await typingCosts(page)) small.set(where, cost);
  });

  for (const [name, cost] of small) t.diagnostic(`${name}: ${cost.toFixed(1)} ms`);
});

for (const { count, budget } of [
  { count: 200, budget: 12 },
  { count: 500, budget: 25 },
]) {
  test(`${String(count)} nodes are drawn, dragged and changed within the budget`, async (t) => {
    const route = `large-${String(count)}`;
    await publish(stage.url, large(route, count));

    await visit(stage.browser, WIDE, async (page) => {
      await openCanvas(page, stage.url, route);
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
      t.diagnostic(`${String(count)} nodes, ${DRAGGED}: ${cost.toFixed(1)} ms`);
      expectWithin(budget, cost, DRAGGED);

      // The end is far below; the small map of the whole leads there.
      assert.equal(await isSeen(page, "result"), false);
      const map = page.getByRole("img", { name: "Overview" });
      const box = await map.boundingBox();
      assert.ok(box);
      await page.mouse.click(box.x + box.width / 2, box.y + box.height - 2);
      await until(SEEN_MS, () => isSeen(page, "result"));
      await page.locator('[data-node="result"]').click();
      await page.keyboard.press("Shift+1");
      await still(page);

      for (const [where, each] of await typingCosts(page)) {
        t.diagnostic(`${String(count)} nodes, ${where}: ${each.toFixed(1)} ms a key`);
        expectWithin(KEY_MS, each, where);
      }
    });
  });
}
