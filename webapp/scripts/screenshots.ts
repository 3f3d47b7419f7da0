/**
 * Pictures of the pages and their states, in light, dark, on a phone and in French, into
 * `out/webapp`. Words that are given name the ones that are wanted: `run-done light`.
 * With `--docs` the pictures of the README and of docs/ are made anew.
 */
import { mkdirSync } from "node:fs";
import { join } from "node:path";

import type { Browser, BrowserContextOptions, Page } from "playwright-core";

import { openBrowser } from "../e2e/browsing.ts";
import { still } from "../e2e/editing.ts";
import * as pipelines from "../e2e/pipelines.ts";
import { startStack, type Stack } from "../e2e/stack.ts";
import { TUTORIAL_STEPS } from "../e2e/tutorialSteps.ts";
import { ACCOUNT_STATES, prepareAccounts } from "./accountStates.ts";
import { type Act, PAGES, RESULT_MS } from "./pageStates.ts";
import { TASK_PIPELINES, TASK_STATES } from "./taskStates.ts";

const REPOSITORY = join(import.meta.dirname, "..", "..");
const OUT = join(REPOSITORY, "out", "webapp");
const PICTURES = join(REPOSITORY, "docs", "pictures");

const WINDOW = { width: 1100, height: 800 };
const PHONE = { width: 390, height: 800 };

const LOOKS: Record<string, BrowserContextOptions> = {
  light: {},
  dark: { colorScheme: "dark" },
  phone: { viewport: PHONE, hasTouch: true },
  "phone-dark-fr": {
    viewport: PHONE,
    hasTouch: true,
    colorScheme: "dark",
    locale: "fr-FR",
  },
};

/** The pictures of the documentation: small files. */
const DOCS: Record<string, [page: string, look: BrowserContextOptions]> = {
  gallery: ["gallery", { viewport: { width: 1000, height: 640 } }],
  "task-page": ["task-failed", { viewport: { width: 1200, height: 900 } }],
  "run-page": ["run-done", { viewport: { width: 900, height: 780 } }],
};

/** Those of the tutorial of the editor are taken on its way. */
const TUTORIAL_WINDOW = { width: 1180, height: 740 };
/** That of the accounts. */
const PEOPLE = "people-page";
const DOCS_NAMES = [
  PEOPLE,
  ...Object.keys(DOCS),
  ...TUTORIAL_STEPS.flatMap(({ picture: name }) => name ?? []),
];

async function takeTutorial(browser: Browser, url: string): Promise<void> {
  const context = await browser.newContext({
    locale: "en-US",
    viewport: TUTORIAL_WINDOW,
  });
  const page = await context.newPage();
  await page.goto(url);
  for (const { act, picture: name } of TUTORIAL_STEPS) {
    await act(page);
    if (name === undefined || !isWanted(name, DOCS_NAMES)) continue;
    await still(page);
    await page.screenshot({
      path: join(PICTURES, `${name}.jpg`),
      animations: "disabled",
      type: "jpeg",
      quality: 72,
    });
  }
  await context.close();
}

async function publish(stack: Stack): Promise<void> {
  const broken = pipelines.made("broken", "node.out = {'half': 1 / 0}", {
    summary: "Divide by zero",
  });
  const nobody = pipelines.calling("nobody", "not-there", {
    api: { summary: "Ask a service that is not running" },
    node: { timeout: 600 },
  });
  const nothing = pipelines.echo({ route: "nothing", body: {} }, {});
  const { ALBUM, EVERY_FIELD, MIRROR, REPORT } = pipelines;
  const simple = [ALBUM, EVERY_FIELD, MIRROR, REPORT, broken, nobody, nothing];
  for (const document of [...simple, ...TASK_PIPELINES]) {
    await stack.publish(document);
  }
}

/** All pictures of the page have come, and nothing fades in any more. */
async function untilDrawn(page: Page): Promise<void> {
  await page.evaluate(async () => {
    await document.fonts.ready;
    // What is to come into the window later does not count.
    const coming = [...document.images].filter(({ loading }) => loading !== "lazy");
    await Promise.all(coming.map((image) => image.decode().catch(() => undefined)));
  });
  await still(page);
}

/**
 * Make the window as high as the page. Pictures of more than the window, which browsers
 * can take too, lack now and then what was not drawn before: graphs were empty.
 */
async function showAll(page: Page): Promise<void> {
  // A dialog is seen in the window.
  if ((await page.getByRole("dialog").count()) > 0) return;
  const window = page.viewportSize();
  const height = await page.evaluate(() => document.documentElement.scrollHeight);
  if (!window || height <= window.height) return;
  await page.setViewportSize({ width: window.width, height });
  await untilDrawn(page);
}

interface Wanted {
  url: string;
  act: Act | undefined;
  options: BrowserContextOptions;
  file: string;
  isWhole: boolean;
}

/** A state that was not reached is told at once, and fails the script in the end. */
async function picture(browser: Browser, wanted: Wanted): Promise<void> {
  const { url, act, options, file, isWhole } = wanted;
  const context = await browser.newContext({
    locale: "en-US",
    viewport: WINDOW,
    permissions: ["camera"],
    ...options,
  });
  const page = await context.newPage();
  const failed = (error: unknown) => {
    process.exitCode = 1;
    console.error(`${file}: ${String(error)}`);
  };
  try {
    await page.goto(url, { waitUntil: "networkidle" });
    // On a busy machine the network is idle before anything is shown.
    await page.getByRole("main").waitFor({ timeout: RESULT_MS });
    await act?.(page);
    await untilDrawn(page);
    if (isWhole) await showAll(page);
  } catch (error) {
    failed(error);
  }
  // What is there instead is worth a look.
  const isPhoto = file.endsWith(".jpg");
  await page
    .screenshot({
      path: file,
      animations: "disabled",
      ...(isPhoto && { type: "jpeg", quality: 82 }),
    })
    .catch(failed);
  await context.close();
}

/** Those of accounts need an engine that has some. */
async function takeAccounts(browser: Browser): Promise<void> {
  const stack = await startStack([], { AUTH: "accounts" });
  try {
    const signedIn = await prepareAccounts(stack);
    if (isForDocs) {
      const look = { viewport: { width: 1000, height: 560 }, ...signedIn.ada };
      const file = join(PICTURES, `${PEOPLE}.jpg`);
      const url = `${stack.url}/admin/people`;
      await picture(browser, {
        url,
        act: undefined,
        options: look,
        file,
        isWhole: false,
      });
      return;
    }
    for (const [look, options] of Object.entries(LOOKS)) {
      if (!isWanted(look, Object.keys(LOOKS))) continue;
      for (const [name, [path, who, act]] of Object.entries(ACCOUNT_STATES)) {
        if (!isWanted(name, NAMES)) continue;
        const file = join(OUT, `${name}-${look}.png`);
        const both = { ...options, ...signedIn[who] };
        const url = stack.url + path;
        await picture(browser, { url, act, options: both, file, isWhole: true });
      }
    }
  } finally {
    await stack.stop();
  }
}

const NAMES = [...Object.keys(PAGES), ...Object.keys(ACCOUNT_STATES)];
const asked = process.argv.slice(2).filter((word) => !word.startsWith("--"));
const isWanted = (name: string, all: string[]) =>
  !asked.some((word) => all.includes(word)) || asked.includes(name);

mkdirSync(OUT, { recursive: true });
const isForDocs = process.argv.includes("--docs");

async function takePages(browser: Browser): Promise<void> {
  const stack = await startStack(["face-detection", "image-processing"]);
  try {
    if (isForDocs) {
      await takeDocs(browser, stack);
      return;
    }
    await publish(stack);
    for (const [look, options] of Object.entries(LOOKS)) {
      if (!isWanted(look, Object.keys(LOOKS))) continue;
      for (const [name, [path, act]] of Object.entries(PAGES)) {
        if (!isWanted(name, NAMES)) continue;
        const file = join(OUT, `${name}-${look}.png`);
        const url = stack.url + path;
        await picture(browser, { url, act, options, file, isWhole: true });
      }
    }
  } finally {
    await stack.stop();
  }
}

async function takeDocs(browser: Browser, stack: Stack): Promise<void> {
  for (const [name, [page, look]] of Object.entries(DOCS)) {
    if (!isWanted(name, DOCS_NAMES)) continue;
    if (page in TASK_STATES) await publish(stack);
    const [path, act] = PAGES[page] ?? ["/"];
    const file = join(PICTURES, `${name}.jpg`);
    const url = stack.url + path;
    await picture(browser, { url, act, options: look, file, isWhole: false });
  }
  await takeTutorial(browser, stack.url);
}

const isAnyWanted = (some: object) =>
  Object.keys(some).some((name) => isWanted(name, NAMES));

const browser = await openBrowser();
try {
  const areOthersWanted = DOCS_NAMES.some(
    (name) => name !== PEOPLE && isWanted(name, DOCS_NAMES),
  );
  if (isForDocs ? areOthersWanted : isAnyWanted(PAGES)) await takePages(browser);
  if (isForDocs ? isWanted(PEOPLE, DOCS_NAMES) : isAnyWanted(ACCOUNT_STATES)) {
    await takeAccounts(browser);
  }
} finally {
  await browser.close();
}
