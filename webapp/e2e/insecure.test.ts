/**
 * The app at http://name.lan, where browsers keep much from a page: no clipboard, no
 * camera, no locks. Everything works in another way, or says why not.
 */
import assert from "node:assert/strict";
import { after, before, test } from "node:test";

import type { Browser, Page } from "playwright-core";

import { axe, openBrowser, visit } from "./browsing.ts";
import { ALBUM, made, MIRROR } from "./pipelines.ts";
import { choose, openRun, result, run } from "./running.ts";
import { type Stack, startStack } from "./stack.ts";

const NAME = "engine.lan";
const TEXT_FILE = {
  name: "words.txt",
  mimeType: "text/plain",
  buffer: Buffer.from("some words"),
};

let stack: Stack;
let browser: Browser;
/** The address of the engine in that network. */
let url: string;

before(async () => {
  stack = await startStack([], { ALLOWED_HOSTS: NAME });
  const slow = made("slow", "node.out = {'text': 'done'}");
  Object.assign((slow.nodes as Record<string, unknown>[])[1] ?? {}, { delay: "2s" });
  for (const document of [ALBUM, MIRROR, slow]) await stack.publish(document);
  url = stack.url.replace("127.0.0.1", NAME);
  browser = await openBrowser(`--host-resolver-rules=MAP ${NAME} 127.0.0.1`);
});

after(async () => {
  await browser.close();
  await stack.stop();
});

/** What Ctrl+V puts into a field: pages may not read the clipboard themselves. */
async function pasted(page: Page): Promise<string> {
  await page.goto(url);
  const field = page.getByRole("searchbox");
  await field.press("ControlOrMeta+v");
  return field.inputValue();
}

test("a file is sent and comes back; link and code are copied", async () => {
  await visit(browser, {}, async (page) => {
    await openRun(page, url, "mirror");
    assert.equal(await page.evaluate("window.isSecureContext"), false);
    await choose(page, "file", TEXT_FILE);
    await run(page);
    await result(page);
    await page.getByText("some words", { exact: true }).waitFor();

    const address = page.url();
    await page.getByRole("button", { name: "Copy link" }).click();
    await page.getByRole("button", { name: "Copied" }).waitFor();
    assert.equal(await pasted(page), address);

    await page.goto(address);
    await page.getByRole("button", { name: "Code" }).click();
    const dialog = page.getByRole("dialog");
    const code = await dialog.locator("pre").innerText();
    await dialog.getByRole("button", { name: "Copy" }).press("Enter");
    const copied = dialog.getByRole("button", { name: "Copied" });
    await copied.waitFor();
    // The keyboard is where it was.
    assert.ok(await copied.evaluate((button) => button === document.activeElement));
    // A field of one line has no line breaks.
    assert.equal(await pasted(page), code.trim().replaceAll("\n", " "));
  });
});

test("a task is followed without events", async () => {
  await visit(browser, {}, async (page) => {
    await openRun(page, url, "slow");
    await run(page);
    await page.getByText(/^Begins /).waitFor();
    await page.getByRole("link", { name: "See what happened" }).click();
    await page.waitForSelector('[data-node="result"][data-status="succeeded"]');
  });
});

test("steps are copied and pasted by name, as far as a page may", async () => {
  await visit(browser, {}, async (page) => {
    await page.goto(`${url}/edit/slow?view=outline`);
    await page.locator('[data-row="make"]').focus();
    const palette = page.getByRole("dialog", { name: "All actions" });
    const search = async (name: string) => {
      await page.keyboard.press("Control+k");
      await palette.getByRole("combobox").fill(name);
      return palette.getByRole("option", { name: new RegExp(`${name}\\s*Ctrl`) });
    };

    // Nothing was copied here, and what others copied may not be read.
    const paste = await search("Paste");
    assert.equal(await paste.getAttribute("aria-disabled"), "true");
    await page.keyboard.press("Escape");
    await palette.waitFor({ state: "detached" });

    await page.locator('[data-row="make"]').focus();
    await (await search("Copy")).click();
    await page.getByText("1 step copied").waitFor();
    await (await search("Paste")).click();
    await page.locator('[data-row="make2"]').waitFor();

    // Other windows get it too.
    await page.keyboard.press("Control+k");
    await palette.getByRole("combobox").press("ControlOrMeta+v");
    assert.match(await palette.getByRole("combobox").inputValue(), /"make"/);
  });
});

test("the camera says why it cannot be used", async () => {
  await visit(browser, {}, async (page) => {
    await openRun(page, url, "album");
    await page.getByRole("button", { name: "Take a photo" }).first().click();
    const dialog = page.getByRole("dialog");
    await dialog.getByText("browsers let a page film only at https://").waitFor();
    assert.deepEqual(await axe(page), []);

    await dialog.getByRole("button", { name: "Close" }).click();
    await dialog.waitFor({ state: "detached" });
  });
});
