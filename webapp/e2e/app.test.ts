/** The app in Chromium, against a real engine with real services. */
import assert from "node:assert/strict";
import { join } from "node:path";
import { after, before, test } from "node:test";

import type { Browser, Page } from "playwright-core";
import { createServer } from "vite";

import { axe, expectRight, openBrowser, visit } from "./browsing.ts";
import { tabTo } from "./keyboard.ts";
import { made } from "./pipelines.ts";
import { freePort, type Stack, startStack } from "./stack.ts";
import { start } from "./tasks.ts";

const PHOTO = join(
  import.meta.dirname,
  "..",
  "..",
  "docs",
  "pictures",
  "astronaut.jpg",
);
const PAGES = ["/", "/run/face-blur", "/run/image-blur"];
const RESULT_MS = 60_000;

let stack: Stack;
let browser: Browser;

before(async () => {
  stack = await startStack(["face-detection", "image-processing"]);
  browser = await openBrowser();
});

after(async () => {
  await browser.close();
  await stack.stop();
});

async function choosePhoto(page: Page): Promise<void> {
  await page.setInputFiles('input[data-field="image"]', PHOTO);
}

test("a photo is blurred in two clicks", async () => {
  await visit(browser, {}, async (page) => {
    await page.goto(stack.url);
    await page.getByRole("link", { name: "Blur every face in a picture" }).click();
    await choosePhoto(page);
    await page.getByRole("button", { name: "Run", exact: true }).click();

    const blurred = page.getByRole("img", { name: "blurred" });
    await blurred.waitFor({ timeout: RESULT_MS });
    const width = await blurred.evaluate(
      (image: HTMLImageElement) => image.naturalWidth,
    );

    assert.equal(width, 512);
    assert.match(page.url(), /\?task=[0-9a-f-]{36}$/);
    await page.getByRole("slider").waitFor();
    assert.deepEqual(await axe(page), []);
  });
});

test("the address of a run shows it again, on another machine too", async () => {
  await visit(browser, {}, async (page) => {
    await page.goto(`${stack.url}/run/face-blur`);
    await choosePhoto(page);
    await page.getByRole("button", { name: "Run", exact: true }).click();
    await page.getByRole("heading", { name: "Result" }).waitFor({ timeout: RESULT_MS });
    const address = page.url();

    await visit(browser, {}, async (other) => {
      await other.goto(address);
      await other.getByRole("img", { name: "blurred" }).waitFor({ timeout: RESULT_MS });
    });
  });
});

test("everything can be done by keyboard", async () => {
  await visit(browser, {}, async (page) => {
    await page.goto(stack.url);
    // Listened for from the beginning: Chromium has to know before the key is pressed.
    page.on("filechooser", (chooser) => void chooser.setFiles(PHOTO));
    const link = page.getByRole("link", { name: "Blur every face in a picture" });
    await tabTo(page, link);
    await page.keyboard.press("Enter");
    // The focus goes along, from page to page and from the form to what comes out.
    await page.locator("main:focus").waitFor();
    await tabTo(page, page.getByRole("button", { name: "Choose…" }));
    await page.keyboard.press("Enter");
    await page.getByText("astronaut.jpg").waitFor();
    await tabTo(page, page.getByRole("button", { name: "Run", exact: true }));
    await page.keyboard.press("Enter");
    await page.getByRole("heading", { name: "Result" }).waitFor({ timeout: RESULT_MS });

    const slider = page.getByRole("slider");
    await slider.waitFor();
    await page.keyboard.press("Tab");
    assert.ok(await slider.evaluate((element) => element === document.activeElement));
    await page.keyboard.press("ArrowRight");
    assert.equal(await slider.inputValue(), "51");
    await tabTo(page, page.getByRole("link", { name: "Download" }));
    const download = page.waitForEvent("download");
    await page.keyboard.press("Enter");
    await download;
    await tabTo(page, page.getByRole("button", { name: "Run again with changes" }));
    await page.keyboard.press("Enter");
    await page.getByRole("button", { name: "Replace" }).waitFor();
  });
});

test("a file of another type is refused before it is sent", async () => {
  await visit(browser, {}, async (page) => {
    await page.goto(`${stack.url}/run/face-blur`);
    await page.setInputFiles('input[data-field="image"]', {
      name: "holiday.gif",
      mimeType: "image/gif",
      buffer: Buffer.from("GIF89a"),
    });

    const said = page.getByRole("alert");
    assert.equal(
      await said.innerText(),
      "holiday.gif is a GIF; this takes PNG, JPEG, WebP.",
    );
  });
});

test("a file that is too large is refused before it is sent", async () => {
  await visit(browser, {}, async (page) => {
    await page.route("**/about", async (route) => {
      const answer = await route.fetch();
      const about = (await answer.json()) as { limits: object };
      await route.fulfill({
        json: { ...about, limits: { ...about.limits, max_body: 1200 } },
      });
    });
    await page.goto(`${stack.url}/run/face-blur`);
    await page.getByText("up to 1.2 KB").waitFor();
    await choosePhoto(page);

    const words = "astronaut.jpg has 75 KB; at most 1.2 KB can be sent.";
    await page.getByRole("alert").filter({ hasText: "astronaut.jpg" }).waitFor();
    assert.equal(await page.getByRole("alert").innerText(), words);
  });
});

test("what is missing is said at its field, and nothing is sent", async () => {
  await visit(browser, {}, async (page) => {
    await page.goto(`${stack.url}/run/face-blur`);
    await page.getByRole("button", { name: "Run", exact: true }).click();

    await page.getByText("This is needed.").waitFor();
    assert.equal(new URL(page.url()).search, "");
  });
});

test("areas are drawn over the picture", async () => {
  await visit(browser, {}, async (page) => {
    await page.goto(`${stack.url}/run/face-detect`);
    await choosePhoto(page);
    await page.getByRole("button", { name: "Run", exact: true }).click();

    await page.locator("svg rect[data-area]").waitFor({ timeout: RESULT_MS });
    await page.getByText("1 area").waitFor();
  });
});

test("a card shows all its facts, however long the name of its route is", async () => {
  const route = "a-pipeline-whose-name-is-rather-long";
  await stack.publish(made(route, "node.out = {'x': 1}"));
  await start(stack.url, route);

  await visit(browser, {}, async (page) => {
    await page.goto(stack.url);
    const card = page.getByRole("article").filter({ hasText: route });
    const ran = card.getByText(/^ran once in \d+ days$/);
    await ran.waitFor({ timeout: RESULT_MS });
    const [whole, fact] = await Promise.all([card.boundingBox(), ran.boundingBox()]);
    assert.ok(whole && fact);
    assert.ok(fact.x + fact.width <= whole.x + whole.width);
  });
});

test("it speaks French", async () => {
  await visit(browser, { locale: "fr-FR" }, async (page) => {
    await page.goto(stack.url);

    await page.getByRole("heading", { name: "Que voulez-vous faire ?" }).waitFor();
    await page.getByRole("button", { name: "English" }).click();
    await page.getByRole("heading", { name: "What would you like to do?" }).waitFor();
    assert.equal(await page.locator("html").getAttribute("lang"), "en");
  });
});

test("without accounts there are settings, and nothing else of accounts", async () => {
  await visit(browser, {}, async (page) => {
    await page.goto(stack.url);
    await page.getByRole("link", { name: "Settings" }).click();
    await page.getByRole("heading", { name: "Settings" }).waitFor();
    await page.getByRole("radio", { name: "Dark" }).check();
    await page.waitForSelector('html[data-theme="dark"]');
    assert.deepEqual(await axe(page), []);
    assert.equal(await page.getByRole("heading", { name: "Tokens" }).count(), 0);

    for (const path of ["/admin/people", "/admin/spaces", "/sign-in"]) {
      await page.goto(stack.url + path);
      await page.getByText("This engine has no accounts").waitFor();
    }
  });
});

test("a route that does not exist says so", async () => {
  await visit(browser, {}, async (page) => {
    await page.goto(`${stack.url}/run/face-blurr`);

    await page.getByText("did you mean “face-blur”?").waitFor();
  });
});

test("a name that looks like markup stays text", async () => {
  const hostile = '<img src=x onerror="document.title=1">';
  await fetch(`${stack.url}/services`, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify({
      type: "pipeline",
      nodes: [
        {
          id: "a",
          type: "entry",
          api: { route: "hostile", body: { text: "x" }, summary: hostile },
          next: ["z"],
        },
        { id: "z", type: "end", input: { text: "a.out.text" } },
      ],
    }),
  });

  await visit(browser, {}, async (page) => {
    await page.goto(`${stack.url}/run/hostile`);
    await page.getByRole("heading", { name: hostile }).waitFor();
    await page.getByLabel("Text").fill(hostile);
    await page.getByRole("button", { name: "Run", exact: true }).click();
    await page.getByRole("heading", { name: "Result" }).waitFor({ timeout: RESULT_MS });

    assert.equal(await page.locator('img[src="x"]').count(), 0);
  });
});

test("the server for development hands calls to the engine, as from its own page", async () => {
  process.env.ENGINE_URL = stack.url;
  const server = await createServer({
    root: join(import.meta.dirname, ".."),
    logLevel: "error",
    server: { port: await freePort(), strictPort: true, host: "127.0.0.1" },
    // No page is opened here.
    optimizeDeps: { noDiscovery: true },
  });
  try {
    await server.listen();
    const origin = `http://127.0.0.1:${String(server.config.server.port)}`;
    const answer = await fetch(`${origin}/services`, {
      method: "POST",
      headers: {
        "content-type": "application/json",
        origin,
        "sec-fetch-site": "same-origin",
      },
      body: JSON.stringify(made("by-the-proxy", "node.out = {'x': 1}")),
    });
    assert.equal(answer.status, 201, await answer.text());

    // Whoever opens the address of a page gets it.
    const page = await fetch(`${origin}/account`, { headers: { accept: "text/html" } });
    assert.match(await page.text(), /src\/app\/main.tsx/);
    const call = await fetch(`${origin}/readyz`);
    assert.match(call.headers.get("content-type") ?? "", /json/);
  } finally {
    await server.close();
  }
});

for (const path of PAGES) {
  test(`${path} is right for everybody: light, dark, on a phone`, async () => {
    await visit(browser, {}, async (page) => {
      await page.goto(stack.url + path, { waitUntil: "networkidle" });
      await page.getByRole("main").waitFor();

      await expectRight(page);
    });
  });
}
