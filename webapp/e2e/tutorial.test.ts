/** The tutorial of the editor is done as it is written, and gives what it promises. */
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";

import { openBrowser, visit } from "./browsing.ts";
import { published } from "./editing.ts";
import { startStack } from "./stack.ts";
import { RESULT, TUTORIAL, TUTORIAL_STEPS } from "./tutorialSteps.ts";

test("the tutorial says each step that is done here, in this order", () => {
  const page = readFileSync(TUTORIAL, "utf-8");
  let from = 0;
  for (const { says, picture } of TUTORIAL_STEPS) {
    const at = page.indexOf(says, from);
    assert.ok(at >= 0, `not there, or earlier: ${says}`);
    from = at;
    if (picture === undefined) continue;
    assert.ok(page.indexOf(`(../pictures/${picture}.jpg)`, from) >= 0, picture);
  }
});

test("the steps of the tutorial, one after the other, make its pipeline", async () => {
  const stack = await startStack(["face-detection", "image-processing"]);
  const browser = await openBrowser();
  try {
    await visit(browser, { viewport: { width: 1400, height: 900 } }, async (page) => {
      await page.goto(stack.url);
      for (const { says, act } of TUTORIAL_STEPS) {
        await act(page).catch((error: unknown) => {
          throw new Error(`at “${says}”: ${String(error)}`);
        });
      }
    });

    const { nodes } = JSON.parse(readFileSync(RESULT, "utf-8")) as { nodes: unknown };
    assert.deepEqual(await published(stack.url, "grey-faces"), nodes);
  } finally {
    await browser.close();
    await stack.stop();
  }
});
