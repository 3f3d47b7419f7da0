/** The pages of the app and their states that pictures are made of. */
import { join } from "node:path";

import type { Page } from "playwright-core";

import * as files from "../e2e/files.ts";
import { TASK_STATES } from "./taskStates.ts";

const REPOSITORY = join(import.meta.dirname, "..", "..");
export const PHOTO = join(REPOSITORY, "docs", "pictures", "astronaut.jpg");

const RUN = /^(Run|Lancer)$/;
export const RESULT_MS = 60_000;

async function run(page: Page): Promise<void> {
  await page.getByRole("button", { name: RUN }).click();
}

async function result(page: Page): Promise<void> {
  const heading = page.getByRole("heading", { name: /^(Result|Résultat)$/ });
  await heading.waitFor({ timeout: RESULT_MS });
  // Of each file its type and size are known, and with them how it is shown.
  await page.waitForFunction(() =>
    [...document.querySelectorAll("figure a[download]")].every(
      (link) => link.nextElementSibling !== null,
    ),
  );
}

/** Run what takes one number. */
async function runNumber(page: Page): Promise<void> {
  await page.getByLabel("N", { exact: true }).fill("1");
  await run(page);
}

async function choose(page: Page, field: string, files: string | string[]) {
  await page.setInputFiles(`input[data-field="${field}"]`, files);
}

export type Act = (page: Page) => Promise<void>;

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

export const PAGES: Record<string, [path: string, act?: Act]> = {
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
      await runNumber(page);
      await page.getByText("slow-steps · ").waitFor();
    },
  ],
  "run-begins": [
    "/run/long-wait",
    async (page) => {
      await runNumber(page);
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
  "history-none": ["/history?route=face-thumbnail"],
  "history-away": ["/history", without("**/tasks?*", "failed")],
  health: ["/health"],
  "health-away": ["/health", without("**/{stats,services,readyz}", "failed")],
  editor: ["/edit/to-jpg"],
  "editor-outline": ["/edit/to-jpg?view=outline"],
  "editor-json": ["/edit/to-jpg?view=json"],
  "editor-new": ["/edit"],
};
