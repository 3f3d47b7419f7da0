/** Pages of a real browser that note what is wrong with them. */
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";

import {
  type Browser,
  type BrowserContextOptions,
  chromium,
  type Page,
} from "playwright-core";

import { press } from "./pressure.ts";

const AXE = readFileSync(
  join(import.meta.dirname, "..", "node_modules", "axe-core", "axe.min.js"),
  "utf-8",
);

/** Debian's Chromium, or the one that CHROMIUM names. */
export function openBrowser(...options: string[]): Promise<Browser> {
  return chromium.launch({
    executablePath: process.env.CHROMIUM ?? "/usr/bin/chromium",
    // Chromium has no sandbox for root; these pages are our own.
    args: [
      "--no-sandbox",
      // A camera that films a clock, and nobody who has to allow it.
      "--use-fake-device-for-media-stream",
      "--use-fake-ui-for-media-stream",
      ...options,
    ],
  });
}

// Chromium itself writes a line for each answer above 399, also where one is expected.
const EXPECTED = /Failed to load resource/;

/** Open the app, call `act`, close it; fails on any complaint, and on foreign addresses. */
export async function visit(
  browser: Browser,
  options: BrowserContextOptions,
  act: (page: Page) => Promise<void>,
): Promise<void> {
  const context = await browser.newContext({ locale: "en-US", ...options });
  await press(context);
  const page = await context.newPage();
  const complaints: string[] = [];
  page.on("console", (message) => {
    const isFault = message.type() === "error" && !EXPECTED.test(message.text());
    if (isFault) complaints.push(message.text());
  });
  page.on("pageerror", (error) => complaints.push(String(error)));
  page.on("request", (request) => {
    if (isForeign(new URL(request.url()))) complaints.push(`asked ${request.url()}`);
  });

  try {
    await act(page);
  } finally {
    await context.close();
  }
  if (complaints.length > 0) throw new Error(complaints.join("\n"));
}

/** The engine of a test is on this machine; the rest is within the browser. */
function isForeign({ protocol, hostname }: URL): boolean {
  const isHere = /^127\.|^localhost$|\.lan$/.test(hostname);
  return protocol.startsWith("http") && !isHere;
}

interface Violation {
  id: string;
  nodes: { html: string }[];
}

/** What axe finds wrong: a rule and the first element that breaks it. */
export async function axe(page: Page): Promise<string[]> {
  // What is just fading in has the contrast of the moment. What was changed last begins
  // to fade with the next frame.
  await page.evaluate(async () => {
    await new Promise(requestAnimationFrame);
    await new Promise(requestAnimationFrame);
    const ending = document
      .getAnimations()
      .filter((one) => one.effect?.getComputedTiming().endTime !== Infinity);
    await Promise.allSettled(ending.map((one) => one.finished));
  });
  // Not as an element: the policy of the page lets no such script in.
  await page.evaluate(AXE);
  // Without preloading: it would fetch a sheet of styles that is still loading and put it
  // in as an element, which the policy refuses as well. No check that runs by default
  // needs it.
  const violations = await page.evaluate<Violation[]>(
    "axe.run({ preload: false }).then((results) => results.violations)",
  );
  return violations.map(({ id, nodes }) => `${id}: ${nodes[0]?.html ?? ""}`);
}

const PHONE = { width: 390, height: 800 };

/** The page is right in light, in dark and on a phone, one after the other. */
export async function expectRight(page: Page): Promise<void> {
  const window = page.viewportSize();
  for (const colorScheme of ["light", "dark"] as const) {
    await page.emulateMedia({ colorScheme });
    assert.deepEqual(await axe(page), [], colorScheme);
    await expectNotTooWide(page);
  }
  await page.setViewportSize(PHONE);
  assert.deepEqual(await axe(page), [], "on a phone");
  await expectNotTooWide(page);
  if (window) await page.setViewportSize(window);
  await page.emulateMedia({ colorScheme: null });
}

async function expectNotTooWide(page: Page): Promise<void> {
  const isTooWide = await page.evaluate(
    () => document.documentElement.scrollWidth > window.innerWidth,
  );
  assert.equal(isTooWide, false);
}
