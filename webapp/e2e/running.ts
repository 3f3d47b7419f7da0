/** What people do on the page of a route. */
import type { Page } from "playwright-core";

export const RESULT_MS = 60_000;

export async function openRun(page: Page, engine: string, route: string) {
  await page.goto(`${engine}/run/${route}`);
  await page.getByRole("button", { name: "Run", exact: true }).waitFor();
}

type Chosen = string | { name: string; mimeType: string; buffer: Buffer };

export async function choose(page: Page, field: string, file: Chosen): Promise<void> {
  await page.setInputFiles(`input[data-field="${field}"]`, file);
}

export async function run(page: Page): Promise<void> {
  await page.getByRole("button", { name: "Run", exact: true }).click();
}

export async function result(page: Page): Promise<void> {
  await page.getByRole("heading", { name: "Result" }).waitFor({ timeout: RESULT_MS });
}
