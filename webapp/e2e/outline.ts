/** What is done on the outline of the editor, without a mouse. */
import type { Page } from "playwright-core";

import { published } from "./editing.ts";
import { until } from "./stack.ts";

const WAIT_MS = 30_000;

export interface Step {
  id: string;
  [field: string]: unknown;
}

/** request → first → result, each test with a route of its own. */
export function chain(route: string): Step[] {
  return [
    {
      id: "request",
      type: "entry",
      api: { route, body: { number: 4 } },
      next: ["first"],
    },
    {
      id: "first",
      type: "node",
      after: "node.out['half'] = request.out['number'] / 2",
      next: ["result"],
    },
    { id: "result", type: "end", input: { half: "first.out.half" } },
  ];
}

export async function openOutline(
  page: Page,
  url: string,
  route: string,
): Promise<void> {
  await page.goto(`${url}/edit/${route}?view=outline`);
  await page.getByRole("treegrid").waitFor({ timeout: WAIT_MS });
}

export function row(page: Page, id: string) {
  return page.locator(`[data-row="${id}"]`);
}

/** Rename the node that has the focus, by keys alone. */
export async function rename(page: Page, name: string): Promise<void> {
  await page.keyboard.press("F2");
  await page.getByRole("textbox", { name: "New name" }).fill(name);
  await until(WAIT_MS, () =>
    page.getByRole("button", { name: "Rename", exact: true }).isEnabled(),
  );
  await page.keyboard.press("Enter");
  await page.getByRole("dialog").waitFor({ state: "detached" });
}

export async function save(page: Page): Promise<void> {
  await page.keyboard.press("Control+s");
  await page
    .getByRole("dialog")
    .getByRole("button", { name: "Save", exact: true })
    .click();
}

/** Change the document as its text. */
export async function editJson(
  page: Page,
  change: (nodes: Step[]) => void,
): Promise<void> {
  const { origin, pathname } = new URL(page.url());
  const nodes: Step[] = await published(origin, pathname.split("/").at(-1) ?? "");
  change(nodes);
  await page.getByRole("button", { name: "JSON" }).click();
  const editor = page.getByRole("textbox", { name: "The pipeline as JSON" });
  await editor.press("Control+a");
  await page.keyboard.insertText(JSON.stringify({ type: "pipeline", nodes }));
  await page.getByText(/\d changes?/).waitFor();
}
