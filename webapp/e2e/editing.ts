/** What tests of the editor share: documents in the engine, and keys to reach things. */
import type { Page } from "playwright-core";

import { until } from "./stack.ts";

export interface TestNode {
  id: string;
  type: string;
  next?: string[];
  catch?: string[];
  nodes?: TestNode[];
  input?: Record<string, unknown>;
  [field: string]: unknown;
}

const LONG_MS = 60_000;

/** A window in which the canvas, its palette and its panel have room. */
export const WIDE = { viewport: { width: 1400, height: 900 } };

/** The nodes of what is published under a route. */
export async function published(url: string, route: string): Promise<TestNode[]> {
  const response = await fetch(`${url}/services/${route}`);
  const { pipeline } = (await response.json()) as { pipeline: { nodes: TestNode[] } };
  return pipeline.nodes;
}

/** A pipeline that begins and ends, and does nothing between. */
export function bare(route: string, body: unknown): TestNode[] {
  return [
    { id: "request", type: "entry", api: { route, body }, next: ["result"] },
    { id: "result", type: "end", input: {} },
  ];
}

/** Open the canvas of a route, and wait until it can be worked with. */
export async function openCanvas(
  page: Page,
  url: string,
  route: string,
): Promise<void> {
  await page.goto(`${url}/edit/${route}`);
  await page.locator("[data-node]").first().waitFor();
  await still(page);
}

/** The picture does not move any more: neither its nodes nor the part that is seen. */
export async function still(page: Page): Promise<void> {
  await page.evaluate(() => {
    const places = () =>
      [...document.querySelectorAll("[data-node]")]
        .map((node) => JSON.stringify(node.getBoundingClientRect()))
        .join();
    const FRAMES = 20;
    return new Promise<void>((resolve) => {
      let before = places();
      let same = 0;
      const look = () => {
        const now = places();
        same = now === before ? same + 1 : 0;
        before = now;
        if (same >= FRAMES) resolve();
        else requestAnimationFrame(look);
      };
      requestAnimationFrame(look);
    });
  });
}

/** Nodes that a layout moves have come to rest. */
export async function atRest(page: Page): Promise<void> {
  await still(page);
  await page.locator('[data-settling="false"]').waitFor();
}

/** Go on by Tab until an element of this name has the focus. */
export async function tabTo(page: Page, name: RegExp, key = "Tab"): Promise<void> {
  for (let press = 0; press < 60; press += 1) {
    const found = await page.evaluate(() => {
      const element = document.activeElement;
      return [
        element?.getAttribute("aria-label"),
        element?.getAttribute("placeholder"),
        element?.id &&
          document.querySelector(`label[for="${element.id}"]`)?.textContent,
        element?.textContent,
      ];
    });
    if (found.some((text) => text && name.test(text))) return;
    await page.keyboard.press(key);
  }
  throw new Error(`Tab leads to nothing called ${String(name)}`);
}

/** The node that has the focus. */
export function focusedNode(page: Page): Promise<string | undefined> {
  return page.evaluate(
    () => (document.activeElement as HTMLElement | null)?.dataset.node,
  );
}

/** Wait until this node has the focus. */
export async function onNode(page: Page, id: string): Promise<void> {
  await until(LONG_MS, async () => (await focusedNode(page)) === id);
}

/** The document as the JSON view would show it. */
export async function documentNow(page: Page): Promise<TestNode[]> {
  await page.keyboard.press("Alt+3");
  const editor = page.locator(".cm-content");
  await editor.first().waitFor();
  const text = await page.evaluate(() =>
    [...document.querySelectorAll(".cm-line")]
      .map((line) => line.textContent)
      .join("\n"),
  );
  await page.keyboard.press("Alt+1");
  await page.locator("[data-node]").first().waitFor();
  return (JSON.parse(text) as { nodes: TestNode[] }).nodes;
}

/** Press the button of the window that asks what to try it with. */
export async function runFromWindow(page: Page): Promise<void> {
  const ask = page.getByRole("dialog", { name: /Try it with/ });
  await ask.getByRole("button", { name: "Run" }).click();
}
