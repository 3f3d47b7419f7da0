/** The page of a route: everything that can be done there, against a real engine. */
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import {
  copyFileSync,
  mkdtempSync,
  rmSync,
  truncateSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";

import type { Browser, Page } from "playwright-core";

import { axe, openBrowser, visit } from "./browsing.ts";
import * as pipelines from "./pipelines.ts";
import { choose, openRun, result, RESULT_MS, run } from "./running.ts";
import { type Stack, startStack } from "./stack.ts";
import { start } from "./tasks.ts";

const REPOSITORY = join(import.meta.dirname, "..", "..");
const PHOTO = join(REPOSITORY, "docs", "pictures", "astronaut.jpg");
const LARGE_BYTES = 150_000_000;

let stack: Stack;
let browser: Browser;
let folder: string;

before(async () => {
  folder = mkdtempSync(join(tmpdir(), "webapp-run-"));
  stack = await startStack(["image-processing"]);
  const nobody = pipelines.calling("nobody", "not-there", { node: { timeout: 600 } });
  const slow = pipelines.made("slow", "node.out = {'text': 'done'}");
  Object.assign((slow.nodes as Record<string, unknown>[])[1] ?? {}, { delay: "4s" });
  const { EVERY_FIELD, MIRROR } = pipelines;
  for (const document of [EVERY_FIELD, MIRROR, nobody, slow]) {
    await stack.publish(document);
  }
  browser = await openBrowser();
});

after(async () => {
  await browser.close();
  await stack.stop();
  rmSync(folder, { recursive: true, force: true });
});

function open(page: Page, route: string): Promise<void> {
  return openRun(page, stack.url, route);
}

async function tasksOf(route: string): Promise<number> {
  const answer = await fetch(`${stack.url}/tasks?route=${route}`);
  return ((await answer.json()) as { items: unknown[] }).items.length;
}

/** Let the page have a file by an event: a drop or a paste. */
async function give(page: Page, kind: "drop" | "paste", name: string): Promise<void> {
  await page.evaluate(
    ([type, fileName]) => {
      const data = new DataTransfer();
      data.items.add(new File(["content"], fileName, { type: "text/plain" }));
      const options = { bubbles: true, cancelable: true };
      const event =
        type === "drop"
          ? new DragEvent("drop", { ...options, dataTransfer: data })
          : new ClipboardEvent("paste", { ...options, clipboardData: data });
      document.body.dispatchEvent(event);
    },
    [kind, name] as const,
  );
}

test("a file is dropped or pasted anywhere on the page; its empty place chooses one", async () => {
  await visit(browser, {}, async (page) => {
    await open(page, "mirror");
    const asked = page.waitForEvent("filechooser");
    await page.getByText("Drop a file here, paste it, or choose one").click();
    await asked;

    await give(page, "drop", "dropped.txt");
    await page.getByText("dropped.txt").waitFor();

    await give(page, "paste", "pasted.txt");
    await page.getByText("pasted.txt").waitFor();
    await run(page);
    await result(page);
    await page.getByText("content", { exact: true }).waitFor();
  });
});

test("the camera of a laptop takes a photo in the page", async () => {
  await visit(browser, { permissions: ["camera"] }, async (page) => {
    await open(page, "image-greyscale");
    await page.getByRole("button", { name: "Take a photo" }).click();
    const take = page.getByRole("button", { name: "Take the photo" });
    await take.and(page.locator(":enabled")).waitFor();
    assert.deepEqual(await axe(page), []);
    await take.click();
    await page.getByText("photo.jpg").waitFor();
    await run(page);

    await page.getByRole("img", { name: "result" }).waitFor({ timeout: RESULT_MS });
  });
});

test("a telephone takes the photo with its own camera program", async () => {
  const phone = {
    viewport: { width: 390, height: 800 },
    hasTouch: true,
    isMobile: true,
  };
  await visit(browser, phone, async (page) => {
    await open(page, "image-greyscale");
    const asked = page.waitForEvent("filechooser");
    await page.getByRole("button", { name: "Take a photo" }).click();
    const chooser = await asked;

    assert.equal(await chooser.element().getAttribute("capture"), "environment");
    await chooser.setFiles(PHOTO);
    await page.getByText("astronaut.jpg").waitFor();
  });
});

test("an example is run with one click, and lies over its original", async () => {
  await visit(browser, {}, async (page) => {
    await open(page, "image-greyscale");
    await page.getByRole("button", { name: "Use an example" }).click();
    await result(page);

    const slider = page.getByRole("slider");
    await slider.press("Home");
    assert.equal(await slider.inputValue(), "0");
    await slider.press("End");
    assert.equal(await slider.inputValue(), "100");
  });
});

test("after a reload the original comes from the task, and stays for another run", async () => {
  await visit(browser, {}, async (page) => {
    await open(page, "image-blur");
    await choose(page, "image", PHOTO);
    await run(page);
    await result(page);
    const before = page.url();

    await page.reload();
    await page.getByRole("slider").waitFor({ timeout: RESULT_MS });
    await page.locator('img[src*="/blobs/"]').first().waitFor();
    await page.getByRole("button", { name: "Run again with changes" }).click();
    await page.getByText("from this run").waitFor();
    await page.getByLabel("Areas").fill("[[136, 0, 376, 300]]");
    await run(page);

    await page.waitForURL((url) => url.href !== before);
    await result(page);
    const task = new URL(page.url()).searchParams.get("task") ?? "";
    const status = await (await fetch(`${stack.url}/tasks/${task}/status`)).json();
    assert.match(before, new RegExp(String((status as Continued).continues)));
  });
});

interface Continued {
  continues: string;
}

test("150 MB are sent with progress; it can be cancelled, and sent again", async () => {
  const large = join(folder, "large.bin");
  writeFileSync(large, "");
  truncateSync(large, LARGE_BYTES);

  await visit(browser, {}, async (page) => {
    await open(page, "mirror");
    await choose(page, "file", large);
    const earlier = await tasksOf("mirror");
    const network = await page.context().newCDPSession(page);
    await network.send("Network.enable");
    await network.send("Network.emulateNetworkConditions", {
      offline: false,
      latency: 0,
      downloadThroughput: -1,
      uploadThroughput: 8_000_000,
    });
    await run(page);
    await page.getByText(/^Sending [\d.]+ of 150 MB$/).waitFor();
    await page.getByRole("button", { name: "Cancel" }).click();
    await page.getByText(/^Sending/).waitFor({ state: "detached" });
    assert.equal(await tasksOf("mirror"), earlier);

    await network.send("Network.emulateNetworkConditions", {
      offline: false,
      latency: 0,
      downloadThroughput: -1,
      uploadThroughput: -1,
    });
    await run(page);
    await result(page);
    await page.getByText("cannot be shown here").waitFor();
    await page.getByText("octet-stream · 150 MB").waitFor();
  });
});

test("a run that is reloaded, or opened elsewhere, goes on", async () => {
  await visit(browser, {}, async (page) => {
    await open(page, "slow");
    await run(page);
    await page.waitForURL(/task=/);
    await page.getByRole("progressbar").first().waitFor();
    await page.getByText(/^Begins in \d s\.$/).waitFor();
    const address = page.url();
    await page.reload();

    await visit(browser, {}, async (other) => {
      await other.goto(address);
      await result(other);
    });
    await result(page);
    await page.getByText("done", { exact: true }).waitFor();
  });
});

test("what is wrong is said at each field, before anything is sent", async () => {
  await visit(browser, {}, async (page) => {
    await open(page, "every-field");
    await page.getByLabel("Width").fill("900");
    await page.getByLabel("Depth").fill("0.7");
    await page.getByLabel("Postcode").fill("12");
    await page.getByLabel("Marks").fill("{");
    await page.getByRole("button", { name: "Add" }).click();
    await run(page);

    for (const words of [
      "At most 300.",
      "A multiple of 0.5.",
      "This must match ^[0-9]{5}$.",
      "This is not valid JSON.",
    ]) {
      await page.getByText(words).waitFor();
    }
    // The photo, the name, and the first of the hooks.
    assert.equal(await page.getByText("This is needed.").count(), 3);
    assert.equal(new URL(page.url()).search, "");
    assert.deepEqual(await axe(page), []);
  });
});

test("what only the engine finds lands at its field", async () => {
  const api = {
    route: "strict",
    inputSchema: {
      type: "object",
      properties: {
        size: {
          type: "object",
          properties: { width: { type: "integer", maximum: 10 } },
        },
      },
      required: ["size"],
    },
  };
  await stack.publish(pipelines.echo(api, { size: "size" }));

  await visit(browser, {}, async (page) => {
    await open(page, "strict");
    await page.getByLabel("Size").fill('{"width": 11}');
    await run(page);

    const field = page.getByLabel("Size");
    await page.locator("#field-size-help", { hasText: "10" }).waitFor();
    assert.equal(await field.getAttribute("aria-invalid"), "true");
    assert.equal(await page.getByRole("alert").count(), 0);
    // What is changed is another form: it has no fault yet.
    await field.fill('{"width": 10}');
    assert.equal(await field.getAttribute("aria-invalid"), "false");
  });
});

test("the code of a call makes that call: in a shell, in Python, in JavaScript", async () => {
  copyFileSync(PHOTO, join(folder, "astronaut.jpg"));
  const python = join(REPOSITORY, ".venv", "bin", "python");
  const programs: Record<string, [string, ...string[]]> = {
    cURL: ["bash", "-c"],
    Python: [python, "-c"],
    JavaScript: [process.execPath, "--input-type=module", "-e"],
  };

  await visit(browser, {}, async (page) => {
    await open(page, "image-resize");
    await choose(page, "image", PHOTO);
    await page.getByLabel("Width").fill("64");
    await page.getByRole("button", { name: "Code" }).click();
    for (const [language, [program, ...options]] of Object.entries(programs)) {
      await page.getByRole("tab", { name: language }).click();
      const code = await page.locator(`pre[aria-label="${language}"]`).innerText();
      const said = execFileSync(program, [...options, code], { cwd: folder });
      assert.match(said.toString(), /result/, language);
    }
    assert.deepEqual(await axe(page), []);
  });
});

test("waiting is explained: for what, how long, what to do; it can be cancelled", async () => {
  await visit(browser, {}, async (page) => {
    await open(page, "nobody");
    await run(page);
    const words = page.getByText("Waiting for not-there: no service announces it.");
    await words.waitFor({ timeout: RESULT_MS });
    await page.getByText(/Gives up in (9|10) min/).waitFor();
    await page.getByText("the task then goes on by itself").waitFor();
    assert.deepEqual(await axe(page), []);

    await page.getByRole("button", { name: "Cancel" }).click();
    await page.getByText("Cancelled").waitFor();
  });
});

test("a pipeline leads to the editor, a failed one to the field at fault", async () => {
  await stack.publish(pipelines.made("broken", "node.out = {'half': 1 / 0}"));

  await visit(browser, {}, async (page) => {
    const link = page.getByRole("link", { name: "Open in editor" });
    await open(page, "broken");
    await link.waitFor();
    assert.match((await link.getAttribute("href")) ?? "", /\/edit\/broken$/);

    await run(page);
    await page.getByText("The code failed").waitFor({ timeout: RESULT_MS });
    const place = /\/edit\/broken\?task=[0-9a-f-]+&node=make&field=after$/;
    assert.match((await link.getAttribute("href")) ?? "", place);

    // What a service announced is its own.
    await open(page, "image-blur");
    await page.getByText(/^Takes .* up to/).waitFor();
    assert.equal(await link.count(), 0);
  });
});

// Pages show with few requests, so they are quick from far away too.
const MAX_REQUESTS = 3;

for (const [path, words] of [
  ["/", "Ready to use"],
  ["/run/image-blur", "Take a photo"],
  // "History" would be there at once: it stands in the navigation.
  ["/history", "When"],
  ["/health", "Services"],
  ["/task/{task}", "Timeline"],
] as const) {
  test(`${path} shows after ${String(MAX_REQUESTS)} requests at most`, async () => {
    await visit(browser, {}, async (page) => {
      // Counted where they are made: what follows from what is shown comes later.
      await page.addInitScript((shown) => {
        const made: string[] = [];
        const send = window.fetch;
        window.fetch = (request, options) => {
          const isShown = document.body.innerText.includes(shown);
          if (!isShown)
            made.push(request instanceof Request ? request.url : String(request));
          return send(request, options);
        };
        Object.assign(window, { made });
      }, words);
      const task = await start(stack.url, "slow");
      await page.goto(stack.url + path.replace("{task}", task));
      await page.getByText(words).first().waitFor();

      const requests = await page.evaluate<string[]>("window.made");
      assert.ok(requests.length > 0);
      assert.ok(requests.length <= MAX_REQUESTS, requests.join("\n"));
    });
  });
}
