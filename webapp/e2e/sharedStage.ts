/**
 * An engine with accounts on which people look at the pipelines of others: a reader and
 * an author of the space `main`, pipelines there and in another one, and what links them.
 */
import assert from "node:assert/strict";

import type { Page } from "playwright-core";

import { visit } from "./browsing.ts";
import { bare, type TestNode, WIDE } from "./editing.ts";
import { PASSWORD, signIn } from "./people.ts";
import { type Stack, startStack } from "./stack.ts";
import { stageOf } from "./stage.ts";
import { post } from "./tasks.ts";

type Act = (page: Page, url: string) => Promise<void>;

/**
 * It runs while the tests of a file do. Gives a page in which a person is signed in, which
 * fails if anything is refused to them.
 */
export function sharedStage(): (name: string, act: Act) => Promise<void> {
  const stage = stageOf(async () => {
    const stack = await startStack([], { AUTH: "accounts" });
    await furnish(stack);
    return stack;
  });
  return async (name, act) => {
    const { browser, url } = stage;
    const { signedIn } = await signIn(url, name);
    const refused: string[] = [];
    await visit(browser, { ...WIDE, ...signedIn }, async (page) => {
      page.on("response", (response) => {
        if (response.status() >= 400) refused.push(response.url());
      });
      await act(page, url);
    });
    assert.deepEqual(refused, []);
  };
}

function looked(route: string): TestNode[] {
  const api = { route, body: { list: [1] } };
  return [
    { id: "request", type: "entry", api, next: ["each"] },
    {
      id: "each",
      type: "loop",
      items: "request.out.list",
      nodes: [{ id: "one", type: "node", after: "node.out = {}", next: ["loopEnd"] }],
      next: ["check"],
    },
    {
      id: "check",
      type: "branch",
      if: "True",
      then: { next: ["result"] },
      else: { next: ["result"] },
    },
    { id: "result", type: "end", input: { list: "request.out.list" } },
  ];
}

/** Calls another route, in a loop. */
function calling(route: string, called: string): TestNode[] {
  const step = { id: `call_${called}`, type: "service", service: called, input: {} };
  return [
    {
      id: "request",
      type: "entry",
      api: { route, body: { list: [1] } },
      next: ["each"],
    },
    {
      id: "each",
      type: "loop",
      items: "request.out.list",
      nodes: [{ ...step, next: ["loopEnd"] }],
      next: ["result"],
    },
    { id: "result", type: "end", input: {} },
  ];
}

async function furnish({ url, invitation }: Stack): Promise<void> {
  const [, secret] = (await invitation()).split("#");
  const first = { name: "root", password: PASSWORD, invitation: secret };
  await post(`${url}/first-administrator`, first);
  const root = await signIn(url, "root");
  const publish = (nodes: TestNode[], space: string) =>
    root.call("POST", `/services?space=${space}`, { type: "pipeline", nodes });

  for (const name of ["reader", "author"]) {
    await root.call("POST", "/people", { name, password: PASSWORD, role: name });
  }
  await root.call("POST", "/spaces", { id: "art", name: "Art school" });
  await publish(looked("ours"), "main");
  await publish(bare("lent", {}), "art");
  await publish(bare("hidden", {}), "art");
  await root.call("PUT", "/services/lent/sharing/main", { may: "read" });
  await root.call("PUT", "/services/hidden/sharing/main", { may: "run" });

  await publish(bare("common", {}), "main");
  await root.call("PUT", "/services/common/sharing/art", { may: "run" });
  for (const route of ["album", "shop"])
    await publish(calling(route, "common"), "main");
  for (const route of ["borrowed", "far"])
    await publish(calling(route, "common"), "art");
  await root.call("PUT", "/services/borrowed/sharing/main", { may: "read" });
  await root.call("POST", "/schedules", { route: "common", cron: "0 3 1 1 *" });

  await publish(bare("nightly", {}), "main");
  await publish(calling("morning", "nightly"), "main");
  await root.call("PUT", "/services/nightly/sharing/art", { may: "read" });
  const wish = { route: "nightly", cron: "30 2 1 1 *", timezone: "Europe/Paris" };
  await root.call("POST", "/schedules", { ...wish, paused: true });
}
