/**
 * Pictures of the pages and their states, in light, dark, on a phone and in French, into
 * `out/webapp`. Words that are given name the ones that are wanted: `run-done light`.
 * With `--docs` the pictures of the README and of docs/ are made anew.
 */
import { mkdirSync } from "node:fs";
import { join } from "node:path";

import type { Browser, BrowserContextOptions, Page } from "playwright-core";

import { openBrowser } from "../e2e/browsing.ts";
import * as files from "../e2e/files.ts";
import { still } from "../e2e/editing.ts";
import * as pipelines from "../e2e/pipelines.ts";
import { startStack, type Stack } from "../e2e/stack.ts";
import { TUTORIAL_STEPS } from "../e2e/tutorialSteps.ts";
import { ACCOUNT_STATES, prepareAccounts } from "./accountStates.ts";
import { TASK_PIPELINES, TASK_STATES } from "./taskStates.ts";

const REPOSITORY = join(import.meta.dirname, "..", "..");
const OUT = join(REPOSITORY, "out", "webapp");
const PICTURES = join(REPOSITORY, "docs", "pictures");
const PHOTO = join(PICTURES, "astronaut.jpg");

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

const RUN = /^(Run|Lancer)$/;
const RESULT_MS = 60_000;

async function run(page: Page): Promise<void> {
  await page.getByRole("button", { name: RUN }).click();
}

async function result(page: Page): Promise<void> {
  const heading = page.getByRole("heading", { name: /^(Result|Résultat)$/ });
  await heading.waitFor({ timeout: RESULT_MS });
  await page.waitForLoadState("networkidle");
}

async function choose(page: Page, field: string, files: string | string[]) {
  await page.setInputFiles(`input[data-field="${field}"]`, files);
}

type Act = (page: Page) => Promise<void>;

/** Open the page again while these calls of the engine fail, or are never answered. */
function without(calls: string, fate: "failed" | "pending"): Act {
  return async (page) => {
    await page.route(calls, (route) => (fate === "failed" ? route.abort() : undefined));
    await page.reload({ waitUntil: "domcontentloaded" });
    const shown = fate === "failed" ? "alert" : "progressbar";
    await page.getByRole(shown).first().waitFor({ timeout: RESULT_MS });
  };
}

function mirrored(file: files.TestFile): Act {
  return async (page) => {
    await page.setInputFiles('input[data-field="file"]', file);
    await run(page);
    await result(page);
  };
}

const PAGES: Record<string, [path: string, act?: Act]> = {
  gallery: ["/"],
  "gallery-empty": [
    "/",
    async (page) => {
      await page.route("**/services", (route) => route.fulfill({ json: [] }));
      await page.reload({ waitUntil: "networkidle" });
    },
  ],
  "gallery-away": ["/", without("**/services", "failed")],
  "gallery-loading": ["/", without("**/services", "pending")],
  "gallery-none": ["/", (page) => page.getByRole("searchbox").fill("unicorn")],
  run: ["/run/face-blur"],
  "run-needed": ["/run/face-blur", run],
  "run-refused": [
    "/run/face-blur",
    (page) =>
      page.setInputFiles('input[data-field="image"]', {
        name: "holiday.gif",
        mimeType: "image/gif",
        buffer: Buffer.from("GIF89a"),
      }),
  ],
  "run-chosen": ["/run/face-blur", (page) => choose(page, "image", PHOTO)],
  "run-done": [
    "/run/face-blur",
    async (page) => {
      await choose(page, "image", PHOTO);
      await run(page);
      await result(page);
    },
  ],
  "run-again": [
    "/run/face-blur",
    async (page) => {
      await choose(page, "image", PHOTO);
      await run(page);
      await result(page);
      await page.reload({ waitUntil: "networkidle" });
      await page.getByRole("button", { name: /changes|changements/ }).click();
    },
  ],
  "run-how": [
    "/run/face-blur",
    async (page) => {
      await page.getByText(/^(How it works|Comment ça marche)$/).click();
      await page.locator('[data-node="blur"]').click();
      await page.waitForTimeout(400);
    },
  ],
  "run-code": [
    "/run/image-resize",
    async (page) => {
      await page.getByRole("button", { name: "Code" }).click();
      await page.getByRole("tab", { name: "Python" }).click();
    },
  ],
  "run-camera": [
    "/run/face-blur",
    async (page) => {
      const isPhone = (page.viewportSize()?.width ?? 0) < 500;
      if (isPhone) return;
      await page.getByRole("button", { name: /photo/ }).click();
      await page
        .locator("button:enabled", { hasText: /Take the|Prendre la/ })
        .waitFor();
    },
  ],
  "run-fields": ["/run/every-field"],
  "run-fields-wrong": [
    "/run/every-field",
    async (page) => {
      await page.getByLabel("Width").fill("900");
      await page.getByLabel("Postcode").fill("12");
      await page.getByRole("button", { name: /^(Add|Ajouter)$/ }).click();
      await run(page);
    },
  ],
  "run-waiting": [
    "/run/nobody",
    async (page) => {
      await run(page);
      await page.getByText("marketplace up").last().waitFor();
    },
  ],
  "run-failed": [
    "/run/broken",
    async (page) => {
      await run(page);
      await page.getByRole("alert").first().waitFor();
    },
  ],
  "run-gone": ["/run/face-blur?task=00000000-0000-4000-8000-000000000000"],
  "run-unknown": ["/run/face-blurr"],
  "run-hostile": ["/run/hostile"],
  "run-away": ["/run/face-blur", without("**/services/face-blur", "failed")],
  "run-sending": [
    "/run/mirror",
    async (page) => {
      // Nothing of it arrives.
      await page.route("**/services/mirror", () => undefined);
      await choose(page, "file", PHOTO);
      await run(page);
      await page.getByRole("progressbar").waitFor();
    },
  ],
  "run-running": [
    "/run/outer",
    async (page) => {
      await run(page);
      await page.getByText("slow-steps · ").waitFor();
    },
  ],
  "run-begins": [
    "/run/long-wait",
    async (page) => {
      await run(page);
      await page.getByText(/^(Begins|Commence) /).waitFor();
    },
  ],
  "result-none": [
    "/run/nothing",
    async (page) => {
      await run(page);
      await page.getByText(/no outputs|n.a rien produit/).waitFor();
    },
  ],
  "result-pdf": ["/run/mirror", mirrored(files.PDF)],
  "result-sound": ["/run/mirror", mirrored(files.SOUND)],
  "result-film": [
    "/run/mirror",
    async (page) => {
      await mirrored(await files.recordFilm(page))(page);
    },
  ],
  "result-unknown": [
    "/run/mirror",
    mirrored({
      name: "scan.tiff",
      mimeType: "image/tiff",
      buffer: Buffer.from("MM"),
    }),
  ],
  "result-areas": [
    "/run/face-detect",
    async (page) => {
      await choose(page, "image", PHOTO);
      await run(page);
      await result(page);
    },
  ],
  "result-grid": [
    "/run/album",
    async (page) => {
      for (const field of ["first", "second", "third"]) {
        await choose(page, field, PHOTO);
      }
      await run(page);
      await result(page);
    },
  ],
  "result-values": [
    "/run/report",
    async (page) => {
      await run(page);
      await result(page);
    },
  ],
  "result-text-file": [
    "/run/mirror",
    async (page) => {
      await choose(page, "file", join(REPOSITORY, "README.md"));
      await run(page);
      await result(page);
    },
  ],
  ...TASK_STATES,
  history: ["/history"],
  "history-none": ["/history?status=cancelled&age=1h"],
  "history-away": ["/history", without("**/tasks?*", "failed")],
  health: ["/health"],
  "health-away": ["/health", without("**/{stats,services,readyz}", "failed")],
  editor: ["/edit/to-jpg"],
  "editor-outline": ["/edit/to-jpg?view=outline"],
  "editor-json": ["/edit/to-jpg?view=json"],
  "editor-new": ["/edit"],
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

async function picture(
  browser: Browser,
  url: string,
  act: Act | undefined,
  options: BrowserContextOptions,
  file: string,
  fullPage: boolean,
): Promise<void> {
  const context = await browser.newContext({
    locale: "en-US",
    viewport: WINDOW,
    permissions: ["camera"],
    ...options,
  });
  const page = await context.newPage();
  await page.goto(url, { waitUntil: "networkidle" });
  try {
    // On a busy machine the network is idle before anything is shown.
    await page.getByRole("main").waitFor({ timeout: RESULT_MS });
    await act?.(page);
    await page.evaluate(() => document.fonts.ready);
  } catch (error) {
    console.error(`${file}: ${String(error)}`);
  }
  const isPhoto = file.endsWith(".jpg");
  await page.screenshot({
    path: file,
    fullPage,
    animations: "disabled",
    ...(isPhoto && { type: "jpeg", quality: 82 }),
  });
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
      await picture(browser, `${stack.url}/admin/people`, undefined, look, file, false);
      return;
    }
    for (const [look, options] of Object.entries(LOOKS)) {
      if (!isWanted(look, Object.keys(LOOKS))) continue;
      for (const [name, [path, who, act]] of Object.entries(ACCOUNT_STATES)) {
        if (!isWanted(name, NAMES)) continue;
        const file = join(OUT, `${name}-${look}.png`);
        const both = { ...options, ...signedIn[who] };
        await picture(browser, stack.url + path, act, both, file, true);
      }
    }
  } finally {
    await stack.stop();
  }
}

const NAMES = [...Object.keys(PAGES), ...Object.keys(ACCOUNT_STATES)];
const wanted = process.argv.slice(2).filter((word) => !word.startsWith("--"));
const isWanted = (name: string, all: string[]) =>
  !wanted.some((word) => all.includes(word)) || wanted.includes(name);

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
        await picture(browser, stack.url + path, act, options, file, true);
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
    await picture(browser, stack.url + path, act, look, file, false);
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
