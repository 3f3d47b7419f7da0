/** What the tests of a file share: one engine with its services, and one browser. */
import { after, before } from "node:test";

import type { Browser } from "playwright-core";

import { openBrowser } from "./browsing.ts";
import { type Stack, startStack } from "./stack.ts";

export interface Stage {
  readonly stack: Stack;
  readonly browser: Browser;
  /** Of the engine. */
  readonly url: string;
}

/** Open them before the first test of the file, and close them after the last. */
export function stageWith(...services: string[]): Stage {
  return stageOf(() => startStack(services));
}

/** The same with an engine that is started in a way of its own. */
export function stageOf(start: () => Promise<Stack>): Stage {
  let stack: Stack | undefined;
  let browser: Browser | undefined;

  before(async () => {
    stack = await start();
    browser = await openBrowser();
  });

  // What did not start has nothing to close, and its own error is the one to read.
  after(async () => {
    await browser?.close();
    await stack?.stop();
  });

  return {
    get stack() {
      if (!stack) throw new Error("the engine did not start");
      return stack;
    },
    get browser() {
      if (!browser) throw new Error("the browser did not start");
      return browser;
    },
    get url() {
      return this.stack.url;
    },
  };
}
