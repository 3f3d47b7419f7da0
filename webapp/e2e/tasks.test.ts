/** The pages of tasks, of their history and of health, against a real engine. */
import assert from "node:assert/strict";
import { test } from "node:test";

import { axe, visit } from "./browsing.ts";
import { stageWith } from "./stage.ts";
import { publish, start, statusOf, untilStatus } from "./tasks.ts";

const stage = stageWith("image-processing");

/** Start a task of a loop; its id. */
async function weigh(body: { count: number; broken: number }): Promise<string> {
  await publish(stage.url, loopOf("weigh"));
  return start(stage.url, "weigh", body);
}

/** One item, that with the number `broken`, fails. */
function loopOf(route: string): Record<string, unknown>[] {
  const body = { count: 10, broken: 7 };
  return [
    { id: "request", type: "entry", api: { route, body }, next: ["numbers"] },
    {
      id: "numbers",
      type: "node",
      after: "node.out = {'list': list(range(input['count']))}",
      next: ["each"],
    },
    {
      id: "each",
      type: "loop",
      items: "numbers.out.list",
      nodes: [
        {
          id: "share",
          type: "node",
          after: "node.out = {'share': 100 / (request.out['broken'] - node._loop)}",
          next: ["loopEnd"],
        },
      ],
      collect: { share: "share.out.share" },
      next: ["result"],
    },
    { id: "result", type: "end", input: { count: "request.out.count" } },
  ];
}

/** Its second step fails, until it is mended. */
function failing(code: string): Record<string, unknown>[] {
  const api = { route: "mended", body: { number: 4 } };
  return [
    { id: "request", type: "entry", api, next: ["first"] },
    { id: "first", type: "node", after: "node.out['half'] = 2", next: ["second"] },
    { id: "second", type: "node", after: code, next: ["result"] },
    { id: "result", type: "end", input: { answer: "second.out.answer" } },
  ];
}

function waiting(): Record<string, unknown>[] {
  const api = { route: "ask-nobody", body: { city: "Paris" } };
  return [
    { id: "request", type: "entry", api, next: ["ask"] },
    {
      id: "ask",
      type: "service",
      service: "not-there",
      timeout: 600,
      next: ["result"],
    },
    { id: "result", type: "end" },
  ];
}

test("a failed task says why, and leads to the item that failed", async () => {
  const task = await weigh({ count: 10, broken: 7 });
  await untilStatus(stage.url, task, "error");

  for (const colorScheme of ["light", "dark"] as const) {
    await visit(stage.browser, { colorScheme }, async (page) => {
      await page.goto(`${stage.url}/task/${task}`);
      await page.getByRole("button", { name: "Show item 7" }).click();

      const run = page.getByRole("region", { name: "share" });
      await run.getByText("ZeroDivisionError").waitFor();
      assert.match(page.url(), /path=each%5B7%5D/);
      assert.deepEqual(await axe(page), []);
    });
  }
});

test("a task that failed is resumed with the mended pipeline", async () => {
  const broken = failing("node.out['answer'] = 1 / 0");
  await publish(stage.url, broken);
  const task = await start(stage.url, "mended", { number: 4 });
  await untilStatus(stage.url, task, "error");
  const mended = failing("node.out['answer'] = first.out['half'] * 21");
  await publish(stage.url, mended);

  await visit(stage.browser, {}, async (page) => {
    await page.goto(`${stage.url}/task/${task}`);
    await page.getByRole("button", { name: "Resume from second" }).click();

    await page.getByText("Finished").first().waitFor();
    await page.getByRole("link", { name: "Continues another task" }).waitFor();
    assert.doesNotMatch(page.url(), new RegExp(task));
  });
});

test("a node of the graph is chosen by pointer and by keyboard", async () => {
  const task = await weigh({ count: 3, broken: 7 });
  await untilStatus(stage.url, task, "finished");

  await visit(stage.browser, {}, async (page) => {
    await page.goto(`${stage.url}/task/${task}`);
    await page.click('[data-node="numbers"]');
    await page.getByRole("region", { name: "numbers" }).waitFor();

    await page.focus('[data-node="each"]');
    await page.keyboard.press("Enter");
    await page.getByRole("region", { name: "each" }).waitFor();

    // Run again begins with what this task was given.
    await page.getByRole("link", { name: "Run again" }).click();
    await page.getByRole("button", { name: "Run again with changes" }).click();
    assert.equal(await page.getByLabel("Count").inputValue(), "3");
  });
});

test("a task that waits for a missing service says so; it is stopped and erased", async () => {
  await publish(stage.url, waiting());
  const task = await start(stage.url, "ask-nobody", { city: "Paris" });

  await visit(stage.browser, {}, async (page) => {
    await page.clock.install();
    await page.goto(`${stage.url}/task/${task}`);
    await page.getByText("Waiting for not-there: no service announces it.").waitFor();
    await page.getByRole("button", { name: "Cancel" }).click();
    await page.getByText("Cancelled").first().waitFor();

    await page.getByRole("button", { name: "Erase" }).click();
    await page.getByRole("button", { name: "Undo" }).click();
    assert.equal((await statusOf(stage.url, task))?.status, "error");

    await page.getByRole("button", { name: "Erase" }).click();
    await page.clock.fastForward("00:06");
    await page.waitForURL(/history/);
    assert.equal((await statusOf(stage.url, task))?.status, undefined);
  });
});

test("the history is narrowed by its address, health says what is missing", async () => {
  const task = await weigh({ count: 10, broken: 2 });
  await untilStatus(stage.url, task, "error");

  await visit(stage.browser, {}, async (page) => {
    await page.goto(`${stage.url}/history`);
    await page.getByRole("button", { name: "Failed" }).click();
    await page.waitForURL(/status=error/);
    await page.getByRole("link", { name: "weigh" }).first().waitFor();
    assert.deepEqual(await axe(page), []);

    await page.goto(`${stage.url}/health`);
    await page.getByText("needed by").first().waitFor();
    await page.getByRole("button", { name: "Instances of image-blur" }).click();
    await page.getByText(/✓ http:/).waitFor();
    assert.deepEqual(await axe(page), []);
  });
});
