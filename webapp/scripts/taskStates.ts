/** The states of the page of a task that pictures are made of. */
import type { Page } from "playwright-core";

import { END, entry, loopOver, loopOverList, numbers } from "../e2e/tasks.ts";

type State = [path: string, act: (page: Page) => Promise<void>];

const ENDED_MS = 60_000;
const HOSTILE = '<img src=x onerror="document.title=1">'.repeat(6);

/** The pipelines whose tasks they are. */
export const TASK_PIPELINES = [
  loopOver("share-among-many", "node.out = {'share': 100 / (7 - node._loop)}"),
  [
    entry("slow-steps", { n: 1 }, "one"),
    { id: "one", type: "node", delay: "1s", next: ["two"] },
    { id: "two", type: "node", delay: "1s", next: ["result"] },
    { ...END, input: { n: "request.out.n" } },
  ],
  [
    entry("long-wait", { n: 1 }, "one"),
    { id: "one", type: "node", delay: "1h", next: ["result"] },
    { ...END, input: { n: "request.out.n" } },
  ],
  loopOverList("very-many"),
  [
    entry("outer", { n: 1 }, "inner"),
    { id: "inner", type: "service", service: "slow-steps", next: ["result"] },
    { ...END, input: { n: "inner.out.n" } },
  ],
  [
    entry("hostile", { text: "x" }, "say"),
    {
      id: "say",
      type: "node",
      description: HOSTILE,
      after: `print(${JSON.stringify(HOSTILE)}); raise ValueError(${JSON.stringify(HOSTILE)})`,
      next: ["result"],
    },
    { ...END, input: { text: "request.out.text" } },
  ],
].map((nodes) => ({ type: "pipeline", nodes }));

/** Start a task and open its page; `place` is what stands behind its address. */
async function open(
  page: Page,
  route: string,
  body: object,
  place = "",
): Promise<void> {
  const task = await page.evaluate(
    async ([name, text]) => {
      const answer = await fetch(`/services/${name}`, {
        method: "POST",
        headers: { "content-type": "application/json" },
        body: text,
      });
      return ((await answer.json()) as { jobId: string }).jobId;
    },
    [route, JSON.stringify(body)] as const,
  );
  await page.goto(`${new URL(page.url()).origin}/task/${task}${place}`);
}

async function untilNode(page: Page, node: string, status: string): Promise<void> {
  const wanted = `[data-node="${node}"][data-status="${status}"]`;
  await page.waitForSelector(wanted, { timeout: ENDED_MS });
}

export const TASK_STATES: Record<string, State> = {
  "task-failed": [
    "/",
    async (page) => {
      await open(page, "share-among-many", { count: 10 });
      await untilNode(page, "each", "failed");
      await page.getByRole("option").first().waitFor();
    },
  ],
  "task-item": [
    "/",
    async (page) => {
      await open(page, "share-among-many", { count: 10 }, "?path=each[7]&node=share");
      await untilNode(page, "share", "failed");
    },
  ],
  "task-past": [
    "/",
    async (page) => {
      await open(page, "slow-steps", { n: 1 });
      await untilNode(page, "result", "succeeded");
      await page.getByRole("slider").press("ArrowLeft");
      await page.getByRole("slider").press("ArrowLeft");
      await untilNode(page, "two", "pending");
    },
  ],
  "task-waiting": [
    "/",
    async (page) => {
      await open(page, "long-wait", { n: 1 });
      await untilNode(page, "one", "waiting");
    },
  ],
  "task-many": [
    "/",
    async (page) => {
      await open(page, "very-many", { list: numbers(10_000) }, "?node=each");
      await untilNode(page, "each", "succeeded");
      await page.getByRole("option").first().waitFor();
    },
  ],
  "task-child": [
    "/",
    async (page) => {
      await open(page, "outer", { n: 1 }, "?node=inner");
      await page.getByRole("link", { name: /inner task|tâche intérieure/ }).click();
      await untilNode(page, "two", "succeeded");
    },
  ],
  "task-hostile": [
    "/",
    async (page) => {
      await open(page, "hostile", { text: HOSTILE }, "?node=say");
      await untilNode(page, "say", "failed");
    },
  ],
  "task-missing": [
    "/",
    async (page) => {
      await open(page, "nobody", {}, "?node=call");
      await page
        .getByText(/not-there/)
        .first()
        .waitFor();
      await page.getByText(/marketplace up/).waitFor();
      await untilNode(page, "call", "retrying");
    },
  ],
  "task-cancelled": [
    "/",
    async (page) => {
      await open(page, "long-wait", { n: 1 });
      await page.getByRole("button", { name: /^(Cancel|Annuler)$/ }).click();
      await page
        .getByText(/^(Cancelled|Annulé|Annulée)$/)
        .first()
        .waitFor();
      await untilNode(page, "one", "cancelled");
    },
  ],
  "task-away": [
    "/",
    async (page) => {
      await open(page, "long-wait", { n: 1 });
      await untilNode(page, "one", "waiting");
      await page.context().setOffline(true);
      await page.getByRole("alert").first().waitFor({ timeout: ENDED_MS });
    },
  ],
  "task-gone": ["/task/00000000-0000-4000-8000-000000000000", () => Promise.resolve()],
};
