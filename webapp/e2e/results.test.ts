/** What came out of a run, by its kind: viewers, downloads, what strangers sent. */
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { extname, join } from "node:path";
import { after, before, test } from "node:test";

import type { Browser, Frame, Locator, Page } from "playwright-core";

import { axe, openBrowser, visit } from "./browsing.ts";
import * as files from "./files.ts";
import { ALBUM, MIRROR, REPORT } from "./pipelines.ts";
import { choose, openRun, result, RESULT_MS, run } from "./running.ts";
import { type Stack, startStack, until } from "./stack.ts";

const REPOSITORY = join(import.meta.dirname, "..", "..");
const PHOTO = join(REPOSITORY, "docs", "pictures", "astronaut.jpg");

let stack: Stack;
let browser: Browser;
let folder: string;

before(async () => {
  folder = mkdtempSync(join(tmpdir(), "webapp-results-"));
  stack = await startStack([]);
  for (const document of [ALBUM, MIRROR, REPORT]) await stack.publish(document);
  browser = await openBrowser();
});

after(async () => {
  await browser.close();
  await stack.stop();
  rmSync(folder, { recursive: true, force: true });
});

/** Send a file to the pipeline that gives it back. */
async function mirror(page: Page, file: files.TestFile): Promise<void> {
  await openRun(page, stack.url, "mirror");
  await choose(page, "file", file);
  await run(page);
  await result(page);
}

/** The button below a file saves the very bytes that were sent. */
async function isDownloaded(page: Page, file: files.TestFile): Promise<void> {
  const asked = page.waitForEvent("download");
  await page.getByRole("link", { name: "Download" }).click();
  const download = await asked;
  const saved = join(folder, "saved");
  await download.saveAs(saved);
  // Named as the result is, with the ending of its type.
  assert.equal(download.suggestedFilename(), `file${extname(file.name)}`);
  assert.deepEqual(readFileSync(saved), file.buffer);
}

/** A sound or a film plays from its beginning to its end. */
async function plays(player: Locator): Promise<void> {
  await player.evaluate(async (medium: HTMLMediaElement) => {
    medium.muted = true;
    const ended = new Promise((resolve) => {
      medium.addEventListener("ended", resolve);
    });
    await medium.play();
    await ended;
  });
}

/** How high the sheets are that the viewer of Chromium has drawn in a frame. */
function drawnHeight(frame: Frame): Promise<number> {
  const height = "document.querySelector('#sizer')?.offsetHeight ?? 0";
  // A frame may go while it is asked.
  return frame.evaluate<number>(height).catch(() => 0);
}

test("a PDF is shown by the browser's own viewer, and can be saved", async () => {
  await visit(browser, { acceptDownloads: true }, async (page) => {
    await mirror(page, files.PDF);
    await page.waitForSelector('iframe[src^="blob:"]');
    // The viewer is a page of the browser, with one more within for the file: what it
    // has drawn has the size of the sheet.
    await until(RESULT_MS, async () => {
      const heights = page.frames().map(drawnHeight);
      return (await Promise.all(heights)).some((height) => height > 0);
    });
    await isDownloaded(page, files.PDF);
    assert.deepEqual(await axe(page), []);
  });
});

test("a sound is heard, and can be saved", async () => {
  await visit(browser, { acceptDownloads: true }, async (page) => {
    await mirror(page, files.SOUND);
    const player = page.locator("audio");
    await player.waitFor();

    await plays(player);
    const seconds = await player.evaluate((audio: HTMLAudioElement) => audio.duration);
    assert.ok(Math.abs(seconds - files.SOUND_SECONDS) < 0.05, String(seconds));
    await isDownloaded(page, files.SOUND);
    assert.deepEqual(await axe(page), []);
  });
});

test("a film is seen, and can be saved", async () => {
  await visit(browser, { acceptDownloads: true }, async (page) => {
    const film = await files.recordFilm(page);
    await mirror(page, film);
    const player = page.locator("video");
    await player.waitFor();

    await plays(player);
    const width = await player.evaluate((video: HTMLVideoElement) => video.videoWidth);
    assert.equal(width, files.FILM_WIDTH);
    await isDownloaded(page, film);
    assert.deepEqual(await axe(page), []);
  });
});

test("what the browser cannot show says what it is", async () => {
  await visit(browser, {}, async (page) => {
    for (const [ending, mimeType, kind] of [
      // A picture and a sound that Chromium does not know, and what nobody knows.
      ["tiff", "image/tiff", "TIFF"],
      ["midi", "audio/midi", "audio/midi"],
      ["npz", "application/x-npz", "application/x-npz"],
    ] as const) {
      const buffer = Buffer.from("MM\0*\0\0");
      await mirror(page, { name: `it.${ending}`, mimeType, buffer });
      await page.getByText(`${kind}: cannot be shown here`, { exact: true }).waitFor();
      await page.getByText(`${kind} · 6 B`, { exact: true }).waitFor();
    }
  });
});

test("several pictures are a grid, and one ZIP", async () => {
  await visit(browser, { acceptDownloads: true }, async (page) => {
    await openRun(page, stack.url, "album");
    for (const field of ["first", "second", "third"]) {
      await choose(page, field, PHOTO);
    }
    await run(page);
    await page.getByRole("img", { name: "third" }).waitFor({ timeout: RESULT_MS });

    const asked = page.waitForEvent("download");
    await page.getByRole("button", { name: "Download all" }).click();
    const zip = join(folder, "album.zip");
    await (await asked).saveAs(zip);
    const python = join(REPOSITORY, ".venv", "bin", "python");
    const listed = execFileSync(python, ["-m", "zipfile", "-l", zip]).toString();
    for (const number of [1, 2, 3])
      assert.match(listed, new RegExp(`${String(number)}-`));
    execFileSync(python, ["-m", "zipfile", "-t", zip]);
  });
});

test("what is no file is a table, a text or JSON to unfold, and can be saved", async () => {
  await visit(browser, { acceptDownloads: true }, async (page) => {
    await openRun(page, stack.url, "report");
    await run(page);
    await result(page);

    await page.getByRole("row", { name: "Ada 36" }).waitFor();
    await page.getByText("Two people were found.\nBoth look at the camera.").waitFor();
    const inner = page.getByText('make: "NASA"');
    assert.equal(await inner.isVisible(), false);
    await page.getByText("camera: { 2 }").click();
    await inner.waitFor();
    assert.deepEqual(await axe(page), []);

    const asked = page.waitForEvent("download");
    await page.getByRole("button", { name: "Download as CSV" }).click();
    const table = join(folder, "people.csv");
    await (await asked).saveAs(table);
    // A program for tables takes what begins with = for a formula.
    assert.match(readFileSync(table, "utf-8"), /^name,age\r?\nAda,36\r?\n"?'=cmd/);
  });
});

test("hostile names, pages and pictures stay text or a download", async () => {
  const script = "document.title = 'hacked'; window.hacked = true";
  const svg = `<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"><script>${script}</script></svg>`;
  const html = `<h1 id="hostile">Hello</h1><script>${script}</script>`;
  const files = [
    { name: `<img src=x onerror="${script}">.html`, type: "text/html", text: html },
    { name: "picture.svg", type: "image/svg+xml", text: svg },
  ];

  for (const { name, type, text } of files) {
    await visit(browser, {}, async (page) => {
      await mirror(page, { name, mimeType: type, buffer: Buffer.from(text) });
      const shown =
        type === "text/html" ? page.getByText("<h1") : page.getByRole("img");
      await shown.first().waitFor();

      assert.equal(await page.locator("#hostile, img[src='x']").count(), 0);
      assert.equal(await page.evaluate("window.hacked"), undefined);
      assert.doesNotMatch(await page.title(), /hacked/);
      // Opened by itself it is a download, so it is no page of this origin either.
      const link = page.getByRole("link", { name: "Download" });
      const address = (await link.getAttribute("href")) ?? "";
      const answer = await fetch(address);
      assert.match(answer.headers.get("content-disposition") ?? "", /^attachment/);
    });
  }
});
