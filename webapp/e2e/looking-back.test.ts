/** Looking back: two runs side by side, and a moment of the last run in the editor. */
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";

import type { Page } from "playwright-core";

import { axe, visit } from "./browsing.ts";
import { WIDE } from "./editing.ts";
import { tabTo } from "./keyboard.ts";
import { until } from "./stack.ts";
import { stageWith } from "./stage.ts";
import { END, ENDED_MS, entry, post, publish, start, untilStatus } from "./tasks.ts";

const PHOTO = join(import.meta.dirname, "../../docs/pictures/astronaut.jpg");
const LARGE = 70_000;

const PHOTO_AND_TEXT = {
  type: "object",
  properties: {
    image: { type: "string", format: "binary", contentMediaType: "image/jpeg" },
    width: { type: "integer" },
    text: { type: "string" },
  },
};

const stage = stageWith("image-processing");

/** request → numbers → each (a loop) → total → result; `more` steps before the total. */
function sums(route: string, ...more: { id: string; [field: string]: unknown }[]) {
  const chain = [...more.map(({ id }) => id), "total"];
  return [
    entry(route, { count: 3, factor: 2 }, "numbers"),
    {
      id: "numbers",
      type: "node",
      input: { count: "request.out.count" },
      after: "node.out = {'list': list(range(input.count))}",
      next: ["each"],
    },
    {
      id: "each",
      type: "loop",
      items: "numbers.out.list",
      collect: { value: ["share.out.value"] },
      nodes: [
        {
          id: "share",
          type: "node",
          input: { item: "node._loop", factor: "request.out.factor" },
          after: "node.out = {'value': input.item * input.factor}",
          next: ["loopEnd"],
        },
      ],
      next: [chain[0]],
    },
    ...more.map((node, at) => ({ ...node, next: [chain[at + 1]] })),
    {
      id: "total",
      type: "node",
      input: { values: "each.out.value" },
      after: "node.out = {'sum': sum(input['values'])}",
      next: ["result"],
    },
    { ...END, input: { sum: "total.out.sum" } },
  ];
}

async function finished(route: string, body: unknown): Promise<string> {
  const task = await start(stage.url, route, body);
  await untilStatus(stage.url, task, "finished");
  return task;
}

/** What the table says of a step, once all values were read. */
async function differs(page: Page): Promise<Record<string, string>> {
  await page.getByRole("status").filter({ hasNotText: "Looking" }).first().waitFor();
  return page.evaluate(() =>
    Object.fromEntries(
      [...document.querySelectorAll<HTMLElement>("[data-step]")].map((row) => [
        row.dataset.step,
        row.dataset.differs ?? "",
      ]),
    ),
  );
}

async function untilDiffers(page: Page, wanted: Record<string, string>): Promise<void> {
  let found: Record<string, string> = {};
  await until(ENDED_MS, async () => {
    found = await differs(page);
    return JSON.stringify(found) === JSON.stringify(wanted);
  }).catch(() => {
    assert.deepEqual(found, wanted);
  });
}

test("a run and the one that continues it, chosen in the history by keyboard", async () => {
  await publish(stage.url, sums("sums"));
  const first = await finished("sums", { count: 3, factor: 2 });
  const job = await post(`${stage.url}/services/sums?continues=${first}`, {
    count: 3,
    factor: 5,
  });
  const second = (job as { jobId: string }).jobId;
  await untilStatus(stage.url, second, "finished");

  await visit(stage.browser, {}, async (page) => {
    await page.goto(`${stage.url}/history?route=sums`);
    const boxes = page.getByRole("checkbox", { name: /^Choose the task/ });
    await tabTo(page, boxes.nth(0));
    await page.keyboard.press("Space");
    await page.getByText("1 task is chosen.").waitFor();
    await tabTo(page, boxes.nth(1));
    await page.keyboard.press("Space");
    await tabTo(page, page.getByRole("link", { name: "Compare them" }));
    await page.keyboard.press("Enter");
    await page.waitForURL(`**/compare?a=${first}&b=${second}`);

    await untilDiffers(page, {
      request: "input out",
      numbers: "",
      each: "out",
      total: "input out",
      result: "input out",
    });
    await page.getByText("4 of 5 steps differ. First at “request”.").waitFor();

    // A step by keyboard; what differs in it is told by its place.
    await tabTo(page, page.getByRole("button", { name: "total" }));
    await page.keyboard.press("Enter");
    await page.waitForURL(/node=total/);
    const change = page.locator('[data-change="sum"]');
    assert.match(
      await change.innerText(),
      /−\s*First run:\s*6[^]*\+\s*Second run:\s*15/,
    );

    // An item of the loop, and back.
    await page.getByRole("button", { name: "each" }).click();
    await page.getByLabel("Item to compare").fill("2");
    await page.keyboard.press("Enter");
    await page.waitForURL(/path=each%5B2%5D/);
    await untilDiffers(page, { share: "input out" });

    await page.reload();
    await page.locator('[data-change="value"]').waitFor();
    assert.match(await page.locator('[data-change="value"]').innerText(), /4[^]*10/);
    await page.getByRole("button", { name: "Task" }).click();
    await page.waitForURL(/node=each/);
    await page.getByRole("region", { name: "each" }).waitFor();
  });
});

for (const [look, options] of Object.entries({
  "in the light": {},
  "on a phone, in the dark": {
    viewport: { width: 390, height: 800 },
    colorScheme: "dark" as const,
  },
  "in French": { locale: "fr-FR" },
})) {
  test(`another version, from the page of a task, ${look}`, async () => {
    const route = `changed-${look.replaceAll(/\W+/g, "-")}`;
    await publish(stage.url, sums(route, { id: "check", type: "node" }));
    const first = await finished(route, { count: 3, factor: 2 });
    await publish(stage.url, sums(route, { id: "double", type: "branch", if: "True" }));
    const second = await finished(route, { count: 5, factor: 2 });

    await visit(stage.browser, options, async (page) => {
      await page.goto(`${stage.url}/task/${second}`);
      await page.getByRole("button", { name: /Compare with…|Comparer avec…/ }).click();
      const dialog = page.getByRole("dialog");
      await dialog.getByRole("listitem").first().waitFor();
      assert.deepEqual(await axe(page), []);
      await dialog.getByRole("listitem").first().getByRole("link").click();
      await page.waitForURL(`**/compare?a=${first}&b=${second}`);

      await untilDiffers(page, {
        request: "input out",
        numbers: "input out",
        each: "definition items input out",
        check: "only_before",
        double: "only_after",
        total: "input out",
        result: "input out",
      });
      await page.getByRole("button", { name: "each", exact: false }).first().click();
      await page.getByRole("cell", { name: "3/3" }).waitFor();
      await page.getByRole("cell", { name: "5/5" }).waitFor();
      await expectRight(page);

      // The first run had no fifth item.
      await page.goto(`${stage.url}/compare?a=${first}&b=${second}&path=each[4]`);
      await page
        .getByText(/The first run has no such item|La première exécution n'a pas/)
        .waitFor();
      await expectRight(page);
    });
  });
}

test("files are compared by their content, large values when they are asked for", async () => {
  await publish(stage.url, [
    {
      id: "request",
      type: "entry",
      api: { route: "small-photo", inputSchema: PHOTO_AND_TEXT },
      next: ["small"],
    },
    {
      id: "small",
      type: "service",
      service: "image-resize",
      input: { image: "request.out.image", width: "request.out.width" },
      next: ["result"],
    },
    { ...END, input: { small: "small.out.result", text: "request.out.text" } },
  ]);
  await until(
    ENDED_MS,
    async () => (await fetch(`${stage.url}/services/image-resize`)).ok,
  );
  const run = async (width: number, end: string) => {
    const form = new FormData();
    const photo = new Blob([readFileSync(PHOTO)], { type: "image/jpeg" });
    form.append("image", photo, "astronaut.jpg");
    const data = JSON.stringify({ width, text: "a".repeat(LARGE) + end });
    form.append("data", new Blob([data], { type: "application/json" }));
    const url = `${stage.url}/services/small-photo`;
    const answer = await fetch(url, { method: "POST", body: form });
    const { jobId } = (await answer.json()) as { jobId: string };
    await untilStatus(stage.url, jobId, "finished");
    return jobId;
  };
  const first = await run(100, "x");
  const same = await run(100, "x");
  const other = await run(160, "y");

  await visit(stage.browser, {}, async (page) => {
    // The same picture was made twice: two files, one content.
    await page.goto(`${stage.url}/compare?a=${first}&b=${same}`);
    await untilDiffers(page, { request: "input out", small: "", result: "input out" });
    await page.getByRole("button", { name: "result" }).click();
    await page.getByRole("button", { name: "Compare all of it" }).first().click();
    await page.getByText("The same in both").waitFor();

    await page.goto(`${stage.url}/compare?a=${first}&b=${other}&node=small`);
    const pair = page.locator('[data-change="result"]');
    await pair.getByText("another file").waitFor();
    assert.equal(await pair.getByRole("link").count(), 2);
    assert.match(await page.locator('[data-change="width"]').innerText(), /100[^]*160/);
    await expectRight(page);
  });
});

test("the cursor of the last run puts canvas and panel of the editor to a moment", async () => {
  await publish(stage.url, [
    entry("moments", { number: 4 }, "half"),
    {
      id: "half",
      type: "node",
      after: "node.out = {'half': input['number'] / 2}",
      next: ["slow"],
    },
    {
      id: "slow",
      type: "node",
      input: { half: "half.out.half" },
      // Long enough for a cursor to stand before it.
      delay: "1s",
      next: ["result"],
    },
    { ...END, input: { half: "slow.out.half" } },
  ]);
  await finished("moments", { number: 4 });

  await visit(stage.browser, WIDE, async (page) => {
    await page.goto(`${stage.url}/edit/moments?node=slow`);
    const at = (node: string, tone: string) =>
      page.locator(`[data-node="${node}"][data-tone="${tone}"]`).waitFor();
    await at("slow", "ok");
    const panel = page.getByRole("complementary", { name: "Fields of the step" });
    await panel.locator("[data-last-value]", { hasText: "2" }).waitFor();

    await page.getByRole("slider", { name: "Moment that is shown" }).focus();
    await page.keyboard.press("Home");
    await at("slow", "skipped");
    await panel.locator("[data-last-value]", { hasText: "Nothing yet" }).waitFor();

    // The first step may have been done in the instant in which the task began.
    const half = page.locator('[data-node="half"]');
    if ((await half.getAttribute("data-tone")) !== "ok") {
      await page.keyboard.press("ArrowRight");
    }
    await at("half", "ok");
    await at("slow", "skipped");
    assert.deepEqual(await axe(page), []);

    await page.getByRole("button", { name: "Back to now" }).click();
    await at("slow", "ok");
    await panel.locator("[data-last-value]", { hasText: "2" }).waitFor();
  });
});

test("the item of a loop whose values stand under the fields is chosen", async () => {
  await publish(stage.url, sums("item-chosen"));
  await finished("item-chosen", { count: 3, factor: 2 });

  await visit(stage.browser, WIDE, async (page) => {
    await page.goto(`${stage.url}/edit/item-chosen?node=share`);
    const panel = page.getByRole("complementary", { name: "Fields of the step" });
    const value = (text: string) =>
      panel
        .locator('[data-field="input.item"] [data-last-value]')
        .getByText(text, { exact: true })
        .waitFor();
    await value("0");

    const choice = panel.getByRole("spinbutton", { name: "Values of item (0 to 2)" });
    await choice.fill("2");
    await value("2");
    // There are no more of them.
    await choice.fill("9");
    assert.equal(await choice.inputValue(), "2");
    assert.deepEqual(await axe(page), []);

    // What was chosen stays chosen.
    await page.locator('[data-node="numbers"]').click();
    await choice.waitFor({ state: "detached" });
    await page.locator('[data-node="share"]').click();
    await value("2");
  });
});

test("without two tasks, or with one that is gone, the page says what to do", async () => {
  await visit(stage.browser, {}, async (page) => {
    await page.goto(`${stage.url}/compare`);
    await page.getByRole("link", { name: "To the history" }).waitFor();

    const gone = crypto.randomUUID();
    await page.goto(`${stage.url}/compare?a=${gone}&b=${gone}`);
    await page.getByText("This task was erased, or never existed.").first().waitFor();
    assert.deepEqual(await axe(page), []);
  });
});

async function expectRight(page: Page): Promise<void> {
  assert.deepEqual(await axe(page), []);
  const isTooWide = await page.evaluate(
    () => document.documentElement.scrollWidth > window.innerWidth,
  );
  assert.equal(isTooWide, false);
}
