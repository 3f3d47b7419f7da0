/** Tasks that run while they are looked at: failures, outages, many windows. */
import assert from "node:assert/strict";
import { after, before, test } from "node:test";

import type { Browser, Page } from "playwright-core";

import { openBrowser, visit } from "./browsing.ts";
import { killEngine } from "./killing.ts";
import { FAILURE, Gate, offer, type Service } from "./service.ts";
import { type Stack, START_MS, startStack, until } from "./stack.ts";
import {
  END,
  ENDED_MS,
  entry,
  publish,
  start,
  statusOf,
  twoServices,
  untilStatus,
} from "./tasks.ts";

const TABS = 6;
const STREAMS = 3;

let stack: Stack;
let browser: Browser;
const services: Service[] = [];

before(async () => {
  stack = await startStack(["image-processing"]);
  browser = await openBrowser();
});

after(async () => {
  await browser.close();
  await Promise.all(services.map((service) => service.stop()));
  await stack.stop();
});

async function offered(
  route: string,
  answer: Parameters<typeof offer>[2],
): Promise<Service> {
  const service = await offer(stack.url, route, answer);
  services.push(service);
  return service;
}

/** A pipeline whose second service answers when its gate is opened. */
async function gated(name: string): Promise<Gate> {
  const gate = new Gate();
  await offered(`${name}-first`, () => ({ half: 2 }));
  await offered(`${name}-second`, async () => {
    await gate.opened;
    return { answer: 42 };
  });
  await publish(stack.url, twoServices(name, `${name}-first`, `${name}-second`));
  return gate;
}

async function untilWaitingFor(task: string, node: string): Promise<void> {
  await until(ENDED_MS, async () => {
    const status = await statusOf(stack.url, task);
    return status?.waiting[0]?.node === node;
  });
}

function statusOfNode(page: Page, node: string) {
  return page.getAttribute(`[data-node="${node}"]`, "data-status");
}

async function untilNode(page: Page, node: string, status: string): Promise<void> {
  const wanted = `[data-node="${node}"][data-status="${status}"]`;
  await page.waitForSelector(wanted, { timeout: ENDED_MS });
}

test("a task that fails at its second service is mended and resumed", async () => {
  let isMended = false;
  const first = await offered("halve", () => ({ half: 2 }));
  await offered("print", () => (isMended ? { answer: 42 } : FAILURE));
  await publish(stack.url, twoServices("halve-and-print", "halve", "print"));
  const task = await start(stack.url, "halve-and-print", { number: 4 });

  await visit(browser, {}, async (page) => {
    await page.goto(`${stack.url}/task/${task}`);
    const run = page.getByRole("region", { name: "second" });
    await run.getByText("Attempt 2").waitFor({ timeout: ENDED_MS });
    await run.getByText("out of paper").first().waitFor();

    isMended = true;
    await page.getByRole("button", { name: "Resume from second" }).click();
    await page.getByText("Finished").first().waitFor({ timeout: ENDED_MS });
    await page.getByText("of 4 steps kept").waitFor();
    await page.click('[data-node="first"]');
    await page.getByRole("region", { name: "first" }).getByText("Kept").waitFor();

    // What was kept is not called again.
    assert.equal(first.calls.length, 1);
  });
});

test("a task that failed is resumed with the mended pipeline", async () => {
  const withCode = (code: string) => [
    entry("mended", { number: 4 }, "first"),
    { id: "first", type: "node", after: "node.out['half'] = 2", next: ["second"] },
    { id: "second", type: "node", after: code, next: ["result"] },
    { ...END, input: { answer: "second.out.answer" } },
  ];
  await publish(stack.url, withCode("node.out['answer'] = 1 / 0"));
  const task = await start(stack.url, "mended", { number: 4 });
  await untilStatus(stack.url, task, "error");
  await publish(stack.url, withCode("node.out['answer'] = first.out['half'] * 21"));

  await visit(browser, {}, async (page) => {
    await page.goto(`${stack.url}/task/${task}`);
    await page.getByRole("button", { name: "Resume from second" }).click();

    await page.getByText("Finished").first().waitFor();
    await page.getByRole("link", { name: "Continues another task" }).waitFor();
    assert.doesNotMatch(page.url(), new RegExp(task));
  });
});

test("a task that waits for a missing service says so; it is stopped and erased", async () => {
  await publish(stack.url, [
    entry("ask-nobody", { city: "Paris" }, "ask"),
    { id: "ask", type: "service", service: "not-there", next: ["result"] },
    END,
  ]);
  const task = await start(stack.url, "ask-nobody", { city: "Paris" });

  await visit(browser, {}, async (page) => {
    await page.clock.install();
    await page.goto(`${stack.url}/task/${task}`);
    await page.getByText("Waiting for not-there: no service announces it.").waitFor();
    await page.getByRole("button", { name: "Cancel" }).click();
    await page.getByText("Cancelled").first().waitFor();

    await page.getByRole("button", { name: "Erase" }).click();
    await page.getByRole("button", { name: "Undo" }).click();
    assert.equal((await statusOf(stack.url, task))?.status, "error");

    await page.getByRole("button", { name: "Erase" }).click();
    await page.clock.fastForward("00:06");
    await page.waitForURL(/history/);
    assert.equal(await statusOf(stack.url, task), undefined);
  });
});

test("a run says what its service tells, and how long such runs usually take", async () => {
  let gate = new Gate();
  await offered("print-shop", async (_, tell) => {
    await tell("2 prints before yours");
    await gate.opened;
    return { answer: 42 };
  });
  await publish(stack.url, [
    entry("order-a-print", {}, "order"),
    { id: "order", type: "service", service: "print-shop", next: ["result"] },
    { ...END, input: { answer: "order.out.answer" } },
  ]);

  await visit(browser, {}, async (page) => {
    const run = async () => {
      await page.goto(`${stack.url}/run/order-a-print`);
      await page.getByRole("button", { name: "Run", exact: true }).click();
      await page.getByText("2 prints before yours").waitFor({ timeout: ENDED_MS });
    };
    await run();
    await page.getByText("The service print-shop of a test · 2 of 3").waitFor();
    gate.open();
    await page.getByRole("heading", { name: "Result" }).waitFor({ timeout: ENDED_MS });

    await until(ENDED_MS, async () => {
      const route = await fetch(`${stack.url}/services/order-a-print`);
      const { usual } = (await route.json()) as { usual: Record<string, number> };
      return usual.order !== undefined;
    });
    gate = new Gate();
    await run();
    await page.getByText(/ · usually /).waitFor();
    gate.open();
  });
});

test("a failed attempt says when the next one is made", async () => {
  const gate = new Gate();
  await offered("slow-to-fail", async () => {
    await gate.opened;
    return FAILURE;
  });
  await publish(stack.url, [
    entry("fails-slowly", {}, "call"),
    {
      id: "call",
      type: "service",
      service: "slow-to-fail",
      retry: 9,
      next: ["result"],
    },
    END,
  ]);
  const task = await start(stack.url, "fails-slowly");

  await visit(browser, {}, async (page) => {
    await page.goto(`${stack.url}/task/${task}`);
    await page.getByText(/Gives up in/).waitFor({ timeout: ENDED_MS });
    gate.open();

    await page.getByText(/Tries again (in|now)/).waitFor({ timeout: ENDED_MS });
    await page.getByText("The service failed").first().waitFor();
  });
});

test("the cursor of the timeline shows how everything was", async () => {
  let attempts = 0;
  await offered("calm", () => ({ half: 2 }));
  await offered("moody", () => ((attempts += 1) === 1 ? FAILURE : { answer: 42 }));
  await publish(stack.url, twoServices("moods", "calm", "moody"));
  const task = await start(stack.url, "moods", { number: 4 });
  await untilStatus(stack.url, task, "finished");

  await visit(browser, {}, async (page) => {
    await page.goto(`${stack.url}/task/${task}?node=second`);
    await untilNode(page, "second", "succeeded");
    const cursor = page.getByRole("slider", { name: "Moment that is shown" });

    await cursor.press("Home");
    await untilNode(page, "second", "pending");
    const seen = new Set<string | null>();
    for (let step = 0; step < 20 && !seen.has("succeeded"); step += 1) {
      await cursor.press("ArrowRight");
      seen.add(await statusOfNode(page, "second"));
    }
    assert.ok(seen.has("retrying"), [...seen].join());

    // The panel goes back, too: before its second attempt it had no output.
    await cursor.press("ArrowLeft");
    await page
      .getByRole("region", { name: "second" })
      .getByText("Nothing yet")
      .waitFor();
    await page.getByText(/^after /).waitFor();
    await page.getByRole("button", { name: "Back to now" }).click();
    await untilNode(page, "second", "succeeded");
  });
});

test("the cursor follows the pointer", async () => {
  const task = await start(stack.url, "moods", { number: 4 });
  await untilStatus(stack.url, task, "finished");

  await visit(browser, {}, async (page) => {
    await page.goto(`${stack.url}/task/${task}`);
    await untilNode(page, "second", "succeeded");
    const bar = await page.locator(".bar").nth(1).boundingBox();
    assert.ok(bar);
    await page.mouse.move(bar.x + bar.width * 0.9, bar.y + 10);
    await page.mouse.down();
    await page.mouse.move(bar.x + 1, bar.y + 10, { steps: 5 });
    await page.mouse.up();

    await untilNode(page, "second", "pending");
    await page.getByRole("slider").press("Escape");
    await untilNode(page, "second", "succeeded");
  });
});

test("the task of a pipeline that was called opens in its place", async () => {
  await offered("inner-work", () => ({ half: 2 }));
  await publish(stack.url, [
    entry("inner", { number: 4 }, "work"),
    { id: "work", type: "service", service: "inner-work", next: ["result"] },
    { ...END, input: { half: "work.out.half" } },
  ]);
  await publish(stack.url, [
    entry("outer", { number: 4 }, "call"),
    { id: "call", type: "service", service: "inner", next: ["result"] },
    { ...END, input: { half: "call.out.half" } },
  ]);
  const task = await start(stack.url, "outer", { number: 4 });
  await untilStatus(stack.url, task, "finished");

  await visit(browser, {}, async (page) => {
    await page.goto(`${stack.url}/task/${task}?node=call`);
    await page.getByRole("link", { name: "Open the inner task" }).click();
    await untilNode(page, "work", "succeeded");
    assert.doesNotMatch(page.url(), new RegExp(task));

    const trail = page.getByRole("navigation", { name: "Where this is" });
    await trail.getByRole("link", { name: "outer · call" }).click();
    await page.getByRole("region", { name: "call" }).waitFor();
    await page.goBack();
    await untilNode(page, "work", "succeeded");
  });
});

test("six windows are live, with three streams", async () => {
  const gate = await gated("many-windows");
  const task = await start(stack.url, "many-windows", { number: 4 });
  await untilWaitingFor(task, "second");

  const context = await browser.newContext({ locale: "en-US" });
  try {
    const pages: Page[] = [];
    let streams = 0;
    for (let tab = 0; tab < TABS; tab += 1) {
      const page = await context.newPage();
      page.on("request", (request) => {
        if (request.url().includes("/events")) streams += 1;
      });
      await page.goto(`${stack.url}/task/${task}`);
      await untilNode(page, "second", "working");
      pages.push(page);
    }
    await until(ENDED_MS, () => Promise.resolve(streams >= STREAMS));

    gate.open();
    for (const page of pages) await untilNode(page, "second", "succeeded");
    assert.equal(streams, STREAMS);
  } finally {
    await context.close();
  }
});

test("what happened while the network was lost is caught up, once", async () => {
  const gate = await gated("offline");
  const task = await start(stack.url, "offline", { number: 4 });
  await untilWaitingFor(task, "second");

  await visit(browser, {}, async (page) => {
    await page.goto(`${stack.url}/task/${task}?node=second`);
    await untilNode(page, "second", "working");

    await page.context().setOffline(true);
    await page.getByText("The engine does not answer").waitFor({ timeout: ENDED_MS });
    gate.open();
    await untilStatus(stack.url, task, "finished");
    await page.context().setOffline(false);

    await untilNode(page, "second", "succeeded");
    await page.getByText("The engine does not answer").waitFor({ state: "detached" });
    assert.equal(await page.getByText(/^Attempt \d/).count(), 1);
    assert.equal(await page.locator("tbody tr").count(), 4);
  });
});

test("the engine is killed in the middle of a run, and back", async () => {
  const gate = await gated("killed");
  const task = await start(stack.url, "killed", { number: 4 });
  await untilWaitingFor(task, "second");

  await visit(browser, {}, async (page) => {
    await page.goto(`${stack.url}/task/${task}?node=second`);
    await untilNode(page, "second", "working");

    killEngine(stack.url);
    await page.getByText("The engine does not answer").waitFor({ timeout: ENDED_MS });
    await page
      .getByText("The engine does not answer")
      .waitFor({ state: "detached", timeout: START_MS });
    gate.open();

    await untilNode(page, "second", "succeeded");
    await page.getByText("Finished").first().waitFor();
    assert.equal(await page.locator("tbody tr").count(), 4);
  });
});
