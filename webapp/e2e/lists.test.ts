/** History and health, as they change while they are looked at. */
import assert from "node:assert/strict";
import { after, before, test } from "node:test";

import type { Browser } from "playwright-core";

import { expectRight, openBrowser, visit } from "./browsing.ts";
import { tabTo } from "./keyboard.ts";
import { offer } from "./service.ts";
import { type Stack, startStack, until } from "./stack.ts";
import { END, ENDED_MS, entry, publish, start, untilStatus } from "./tasks.ts";
import { unzipped } from "./zip.ts";

let stack: Stack;
let browser: Browser;

before(async () => {
  stack = await startStack([]);
  browser = await openBrowser();
});

after(async () => {
  await browser.close();
  await stack.stop();
});

test("an empty history says what can be done", async () => {
  await visit(browser, {}, async (page) => {
    await page.goto(`${stack.url}/history`);
    await page.getByText("Nothing has run yet.").waitFor();
    await page.goto(`${stack.url}/history?status=cancelled&age=1h`);
    await page.getByText("No task is like that.").waitFor();

    await page.getByRole("link", { name: "Show all tasks" }).click();
    await page.waitForURL(/\/history$/);
    await page.getByRole("link", { name: "Choose something to run" }).click();
    await page.getByRole("heading", { name: "What would you like to do?" }).waitFor();
  });
});

test("a task that is started meanwhile appears, and lights up", async () => {
  await publish(stack.url, [
    entry("appears", { n: 1 }, "result"),
    { ...END, input: { n: "request.out.n" } },
  ]);
  await start(stack.url, "appears", { n: 1 });

  await visit(browser, {}, async (page) => {
    await page.goto(`${stack.url}/history`);
    await page.getByRole("link", { name: "appears" }).waitFor();
    const task = await start(stack.url, "appears", { n: 1 });

    await page.waitForSelector(`tr[data-changed] a[href$="${task}"]`, {
      timeout: ENDED_MS,
    });
  });
});

test("the filters are in the address, and set by keyboard", async () => {
  await publish(stack.url, [
    entry("breaks", { n: 1 }, "divide"),
    { id: "divide", type: "node", after: "node.out['x'] = 1 / 0", next: ["result"] },
    END,
  ]);
  const task = await start(stack.url, "breaks", { n: 1 });
  await untilStatus(stack.url, task, "error");

  await visit(browser, {}, async (page) => {
    await page.goto(`${stack.url}/history`);
    await tabTo(page, page.getByRole("button", { name: "Failed" }));
    await page.keyboard.press("Enter");
    await tabTo(page, page.getByRole("button", { name: "Last hour" }));
    await page.keyboard.press("Enter");
    await page.waitForURL(/status=error&age=1h/);

    await page.reload();
    const row = page.getByRole("row", { name: /breaks/ });
    await row.getByText("The code failed").waitFor();
    assert.equal(await page.getByRole("link", { name: "appears" }).count(), 0);
  });
});

test("health says which routes cannot work, and what would help", async () => {
  const service = await offer(stack.url, "comes-and-goes", () => ({}));
  await publish(stack.url, [
    entry("needs-one", {}, "call"),
    { id: "call", type: "service", service: "never-there", next: ["result"] },
    END,
  ]);

  try {
    await visit(browser, {}, async (page) => {
      await page.goto(`${stack.url}/health`);
      await page.getByRole("status").getByText("cannot work now").waitFor();
      const row = page.getByRole("row", { name: /needs-one/ });
      await row.getByText("needs never-there").waitFor();
      // Of the task before.
      const failures = page.getByRole("row", { name: /breaks divide The code failed/ });
      await failures.getByRole("link", { name: "breaks" }).waitFor();

      const unfold = page.getByRole("button", { name: "Instances of comes-and-goes" });
      await tabTo(page, unfold);
      await page.keyboard.press("Enter");
      await page.getByText(/127\.0\.0\.1:\d+\/calls/).waitFor();
      await page.getByText("No pipeline calls it.").waitFor();
      await page.getByText("All stores can be reached").waitFor();
    });
  } finally {
    await service.stop();
  }
});

test("what failed goes on, all at once; what is refused is said and stays chosen", async () => {
  const body = { n: 0 };
  await publish(stack.url, [
    entry("mended", body, "divide"),
    { id: "divide", type: "node", after: "node.out = {'x': 1 / 0}", next: ["result"] },
    END,
  ]);
  await publish(stack.url, [
    entry("gone", body, "divide"),
    { id: "divide", type: "node", after: "node.out = {'x': 1 / 0}", next: ["result"] },
    END,
  ]);
  const tasks: string[] = [];
  for (const route of ["mended", "mended", "gone"]) {
    const task = await start(stack.url, route, body);
    await untilStatus(stack.url, task, "error");
    tasks.push(task);
  }
  await publish(stack.url, [
    entry("mended", body, "divide"),
    { id: "divide", type: "node", after: "node.out = {'x': 1}", next: ["result"] },
    END,
  ]);
  await fetch(`${stack.url}/services/gone`, { method: "DELETE" });

  await visit(browser, {}, async (page) => {
    await page.goto(`${stack.url}/history?route=mended&status=error`);
    await page.getByRole("checkbox", { name: "Choose all tasks of this page" }).check();
    await page.getByText("2 tasks are chosen.").waitFor();
    await page.goto(`${stack.url}/history?status=error`);
    for (const task of tasks) {
      const row = page
        .getByRole("row")
        .filter({ has: page.locator(`[href$="${task}"]`) });
      await row.getByRole("checkbox").check();
    }
    await page.getByRole("button", { name: "Resume the 3 that failed" }).click();

    await page.getByText(/^2 tasks go on\. 1 was refused: /).waitFor();
    assert.equal(await page.getByRole("checkbox", { checked: true }).count(), 1);
    const goesOn = page.getByRole("link", { name: "goes on" });
    assert.equal(await goesOn.count(), 2);
    await expectRight(page);
    await goesOn.first().click();
    await page.waitForURL(/\/task\//);
    await page.getByText("Done").first().waitFor();
  });
});

test("the page of a service says who calls it", async () => {
  const service = await offer(stack.url, "asked-for", () => ({}));
  await publish(stack.url, [
    entry("asks", { n: 1 }, "call"),
    { id: "call", type: "service", service: "asked-for", next: ["result"] },
    END,
  ]);
  try {
    await visit(browser, {}, async (page) => {
      await page.goto(`${stack.url}/health`);
      await page.getByRole("link", { name: "asked-for" }).click();
      await page.waitForURL(/\/run\/asked-for/);
      await page.getByText("Who uses it").click();
      await page.getByRole("link", { name: "asks" }).waitFor();
      // It is one box: there is nothing to see.
      assert.equal(await page.getByText("How it works").count(), 0);
    });
  } finally {
    await service.stop();
  }
});

test("a schedule that could start nothing is told, and can rest", async () => {
  await publish(stack.url, [
    entry("at-night", { n: 1 }, "result"),
    { ...END, input: { n: "request.out.n" } },
  ]);
  const answer = await fetch(`${stack.url}/schedules`, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify({ route: "at-night", cron: "0 3 1 1 *", input: { n: 1 } }),
  });
  assert.equal(answer.status, 201);

  await visit(browser, {}, async (page) => {
    await page.goto(`${stack.url}/health`);
    const row = page.getByRole("row", { name: /at-night 0 3 1 1 \*/ });
    await row.getByText("never yet").waitFor();
    await row.getByRole("button", { name: /^Pause the schedule/ }).click();
    await row.getByText("paused").waitFor();
    await row.getByRole("button", { name: /^Go on with/ }).click();
    await row.getByRole("button", { name: /^Pause the schedule/ }).waitFor();

    await row.getByRole("button", { name: /^Delete the schedule/ }).click();
    await page.getByText("A schedule of at-night was deleted.").waitFor();
    await page.getByRole("button", { name: "Undo" }).click();
    await row.getByRole("button", { name: /^Change the schedule/ }).click();
    await page.getByLabel("When").fill("61 3 * * *");
    await page.getByRole("button", { name: "Keep" }).click();
    await page.getByText(/cannot be used/).waitFor();
    await page.getByLabel("When").fill("15 4 * * MON");
    await expectRight(page);
    await page.getByRole("button", { name: "Keep" }).click();
    await page.getByRole("row", { name: /at-night 15 4 \* \* MON/ }).waitFor();

    await page.getByRole("button", { name: "Make a schedule" }).click();
    await page.getByLabel("Route").selectOption("at-night");
    // Begun from the example of the route.
    await until(ENDED_MS, async () =>
      (await page.getByLabel("Input, as JSON").inputValue()).includes('"n": 1'),
    );
    await page.getByRole("button", { name: "Keep" }).click();
    await page.getByRole("row", { name: /at-night 0 3 \* \* \*/ }).waitFor();
  });
});

test("what is typed into a schedule before the example has come stays", async () => {
  await publish(stack.url, [entry("begins-late", { n: 1 }, "result"), END]);
  let answer: () => void = () => undefined;
  const isTyped = new Promise<void>((resolve) => {
    answer = resolve;
  });

  await visit(browser, {}, async (page) => {
    await page.route("**/services/begins-late", async (route) => {
      await isTyped;
      await route.continue();
    });
    await page.goto(`${stack.url}/health`);
    await page.getByRole("button", { name: "Make a schedule" }).click();
    const come = page.waitForResponse("**/services/begins-late");
    await page.getByLabel("Route").selectOption("begins-late");
    await page.getByLabel("Input, as JSON").fill('{"n": 7}');
    answer();
    await (await come).finished();
    await page.getByRole("button", { name: "Keep" }).click();
    await page.getByRole("row", { name: /begins-late 0 3 \* \* \*/ }).waitFor();
  });

  const kept = (await (await fetch(`${stack.url}/schedules`)).json()) as {
    route: string;
    input: unknown;
  }[];
  const found = kept.find(({ route }) => route === "begins-late");
  assert.deepEqual(found?.input, { n: 7 });
});

test("all pipelines are checked at once, and the fault is a door", async () => {
  const service = await offer(stack.url, "strict", () => ({}));
  await publish(stack.url, [
    entry("calls-strict", { n: 1 }, "call"),
    { id: "call", type: "service", service: "strict", next: ["result"] },
    END,
  ]);
  await service.stop();
  await fetch(`${stack.url}/services/strict`, { method: "DELETE" });

  await visit(browser, {}, async (page) => {
    await page.goto(`${stack.url}/health`);
    await page.getByRole("button", { name: "Check all pipelines" }).click();
    await page.getByText(/pipelines? (has|have) something wrong/).waitFor();
    const row = page.getByRole("row", { name: /calls-strict call/ });
    await expectRight(page);
    await row.getByRole("link", { name: "calls-strict" }).click();
    await page.waitForURL(/edit\/calls-strict\?node=call/);
  });
});

test("what is shown is exported, and imported again with its effect said before", async () => {
  for (const route of ["carried-one", "carried-two", "left-here"]) {
    await publish(stack.url, [
      entry(route, { n: 1 }, "result"),
      { ...END, input: { n: "request.out.n" } },
    ]);
  }
  await start(stack.url, "carried-one", { n: 1 });

  await visit(browser, { acceptDownloads: true }, async (page) => {
    await page.goto(stack.url);
    await page.getByRole("button", { name: /^Not run in/ }).click();
    await page.getByRole("heading", { name: "Carried two" }).waitFor();
    assert.equal(await page.getByRole("heading", { name: "Carried one" }).count(), 0);
    await page.getByRole("button", { name: "All", exact: true }).click();
    await page.getByRole("searchbox", { name: "Search" }).fill("carried");
    const [zip] = await Promise.all([
      page.waitForEvent("download"),
      page.getByRole("button", { name: "Export 2 pipelines" }).click(),
    ]);
    assert.equal(zip.suggestedFilename(), "pipelines.zip");
    const names = unzipped(await zip.path()).match(/[\w-]+\.json/g);
    assert.deepEqual(names, ["carried-one.json", "carried-two.json"]);

    await fetch(`${stack.url}/services/carried-two`, { method: "DELETE" });
    await page.goto(`${stack.url}/edit`);
    const [chooser] = await Promise.all([
      page.waitForEvent("filechooser"),
      page.getByRole("button", { name: "Open files…" }).click(),
    ]);
    const file = (name: string, content: unknown) => ({
      name,
      mimeType: "application/json",
      buffer: Buffer.from(JSON.stringify(content)),
    });
    const nodes = (route: string) => [
      entry(route, { n: 2 }, "result"),
      { ...END, input: { n: "request.out.n" } },
    ];
    await chooser.setFiles([
      file("one.json", { nodes: nodes("carried-one") }),
      file("two.json", { nodes: nodes("carried-two") }),
      file("bad.json", "no document"),
    ]);
    const lines = page.getByRole("dialog").getByRole("listitem");
    await lines.filter({ hasText: "carried-one" }).getByText("replaces").waitFor();
    await lines.filter({ hasText: "carried-two" }).getByText("new").waitFor();
    await expectRight(page);
    await page.getByRole("button", { name: "Publish 2 pipelines" }).click();
    await page.getByRole("button", { name: "Close" }).waitFor();
    assert.equal(await page.getByText(/^published as/).count(), 2);
    const there = await fetch(`${stack.url}/services/carried-two`);
    assert.equal(there.status, 200);
  });
});

for (const locale of ["en-US", "fr-FR"]) {
  test(`history and health are right for everybody, in ${locale}`, async () => {
    await visit(browser, { locale }, async (page) => {
      for (const path of ["/history", "/history?status=cancelled", "/health"]) {
        await page.goto(stack.url + path, { waitUntil: "networkidle" });
        await page.getByRole("main").waitFor();

        await expectRight(page);
      }
    });
  });
}
