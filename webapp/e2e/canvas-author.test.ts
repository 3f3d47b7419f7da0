/** What somebody does who has never seen the editor: mistakes, and how they end well. */
import assert from "node:assert/strict";
import { test } from "node:test";

import type { Page } from "playwright-core";

import { axe, visit } from "./browsing.ts";
import { keptDraft } from "./drafts.ts";
import {
  bare,
  documentNow,
  onNode,
  openCanvas,
  published,
  type TestNode,
  WIDE,
} from "./editing.ts";
import { chain, openOutline, save } from "./outline.ts";
import { until } from "./stack.ts";
import { stageWith } from "./stage.ts";
import { publish } from "./tasks.ts";

const stage = stageWith();

const node = (page: Page, id: string) => page.locator(`[data-node="${id}"]`);
const field = (page: Page, name: string) =>
  page.locator(`aside [data-field="${name}"]`);

/** request → step → result; `api` and `fields` say what is of interest. */
function steps(route: string, api: object, fields: object): TestNode[] {
  return [
    { id: "request", type: "entry", api: { route, ...api }, next: ["step"] },
    { id: "step", type: "node", next: ["result"], ...fields },
    { id: "result", type: "end" },
  ];
}

async function nodeNow(page: Page, id: string): Promise<TestNode | undefined> {
  return (await documentNow(page)).find((one) => one.id === id);
}

test("what is typed as a constant stays as it is typed, and comes along into other forms", async () => {
  const input = { price: { value: "" }, text: { value: "" } };
  await publish(stage.url, steps("constants", { body: {} }, { input }));

  await visit(stage.browser, WIDE, async (page) => {
    await openCanvas(page, stage.url, "constants");
    await node(page, "step").click();
    await field(page, "input.price").locator("textarea").first().click();
    await page.keyboard.type("1.05");
    await field(page, "input.text").locator("textarea").first().click();
    await page.keyboard.type("10 apples");
    assert.deepEqual((await nodeNow(page, "step"))?.input, {
      price: 1.05,
      text: { value: "10 apples" },
    });

    const form = page.getByRole("combobox", { name: "Form of text" });
    await form.selectOption("template");
    assert.deepEqual((await nodeNow(page, "step"))?.input, {
      price: 1.05,
      text: { template: "10 apples" },
    });
  });
});

test("a name that is there already takes nothing away", async () => {
  const input = { price: { value: "dear" } };
  const api = { body: { name: "Ada", age: 31 } };
  await publish(stage.url, steps("names", api, { input }));

  await visit(stage.browser, WIDE, async (page) => {
    await openCanvas(page, stage.url, "names");
    await node(page, "step").click();
    await page.getByRole("button", { name: "Add an input" }).click();
    await page.keyboard.type("price");
    await page.keyboard.press("Enter");
    await field(page, "input.price").locator("textarea:focus").first().waitFor();

    await node(page, "request").click();
    const name = field(page, "api.inputSchema.properties.name").locator("input");
    await name.first().fill("age");
    await name.first().press("Enter");
    await page.getByText("There is one of this name already.").waitFor();

    assert.equal(await page.getByText("No changes").count(), 1);
  });
});

test("who gives a field of the request another name is followed by all who use it", async () => {
  const step = {
    input: { who: "request.out.name" },
    after: "node.out = {'hello': 'Hello ' + request.out.name}",
  };
  await publish(stage.url, steps("followed", { body: { name: "Ada" } }, step));

  await visit(stage.browser, WIDE, async (page) => {
    await openCanvas(page, stage.url, "followed");
    await node(page, "request").click();
    const name = field(page, "api.inputSchema.properties.name").locator("input");
    await name.first().fill("person");
    await name.first().press("Enter");

    const changed = await nodeNow(page, "step");
    assert.deepEqual(changed?.input, { who: "request.out.person" });
    assert.equal(changed?.after, "node.out = {'hello': 'Hello ' + request.out.person}");
    // It was one step: all of it comes back.
    await page.keyboard.press("Control+z");
    await page.getByText("No changes").waitFor();
  });
});

test("fields that few need stay open while they are emptied and written anew", async () => {
  await publish(stage.url, steps("folded", { body: {} }, {}));

  await visit(stage.browser, WIDE, async (page) => {
    await openCanvas(page, stage.url, "folded");
    await node(page, "step").click();
    await page.getByText("When, how often, code").click();
    await page.getByRole("textbox", { name: "Wait before" }).click();
    await page.keyboard.type("3");
    await page.keyboard.press("Backspace");
    await page.keyboard.type("5s");

    assert.equal((await nodeNow(page, "step"))?.delay, "5s");
  });
});

test("a run that waits says what for, and can be ended where it was begun", async () => {
  const call = { type: "service", service: "nobody-there", input: {} };
  await publish(stage.url, steps("waits", { body: {} }, call));

  await visit(stage.browser, WIDE, async (page) => {
    await openCanvas(page, stage.url, "waits");
    await page.keyboard.press("Control+Enter");
    const bar = page.getByRole("status", { name: "The last run" });
    await bar.getByText(/no service announces “nobody-there”/).waitFor();
    await bar.getByText(/Gives up in/).waitFor();

    await bar.getByRole("button", { name: "Cancel" }).click();
    await bar.getByText("It failed").waitFor();
    await bar.getByRole("button", { name: "Cancel" }).waitFor({ state: "detached" });
  });
});

test("a pipeline that takes something else than before asks for it, and for no more", async () => {
  await publish(stage.url, steps("asks", { body: { name: "Ada" } }, {}));

  await visit(stage.browser, WIDE, async (page) => {
    await openCanvas(page, stage.url, "asks");
    const ask = page.getByRole("dialog", { name: /Try it with/ });
    await page.keyboard.press("Control+Enter");
    await ask.getByRole("button", { name: "Run" }).click();
    await page.getByText("It worked.").waitFor();

    // Another field: the run before, and what was kept of it, do not have it.
    await node(page, "request").click();
    const name = field(page, "api.inputSchema.properties.name").locator("input");
    await name.first().fill("person");
    await name.first().press("Enter");
    await page.keyboard.press("Control+Enter");
    await ask.getByRole("textbox", { name: "Person" }).fill("Grace");
    await ask.getByRole("button", { name: "Run" }).click();
    await ask.waitFor({ state: "detached" });

    await page.getByText("It worked.").waitFor();
    await node(page, "step").click();
    await page.locator("aside").getByText("Grace").waitFor();
  });
});

const LATE_MS = 500;

/** The browser finds what it keeps later than all else; the page says while it looks. */
function findLate(ms: number): void {
  const open = indexedDB.open.bind(indexedDB);
  let looking = 0;
  const tell = (change: number) => {
    looking += change;
    document.documentElement.dataset.looking = String(looking);
  };
  indexedDB.open = (...args) => {
    const request = open(...args);
    Object.defineProperty(request, "onsuccess", {
      set: (found: (event: Event) => void) => {
        tell(+1);
        request.addEventListener("success", (event) => {
          setTimeout(() => {
            found.call(request, event);
            tell(-1);
          }, ms);
        });
      },
    });
    return request;
  };
}

test("what is typed as the input of a run is not replaced by what was kept", async () => {
  await publish(stage.url, steps("kept", { body: { name: "Ada" } }, {}));

  await visit(stage.browser, WIDE, async (page) => {
    await page.addInitScript(findLate, LATE_MS);
    await openCanvas(page, stage.url, "kept");
    const ask = page.getByRole("dialog", { name: /Try it with/ });
    const name = ask.getByRole("textbox", { name: "Name" });
    await page.keyboard.press("Alt+Enter");
    await name.fill("Grace");
    await ask.getByRole("button", { name: "Run" }).click();
    await page.getByText("It worked.").waitFor();

    await page.keyboard.press("Alt+Enter");
    await name.fill("Alan");
    await page.locator('html[data-looking="0"]').waitFor();
    await ask.getByRole("button", { name: "Run" }).click();
    await ask.waitFor({ state: "detached" });
    await node(page, "step").click();
    await page.locator("aside").getByText("Alan").waitFor();
  });
});

test("a step that gets another name keeps the focus, and its fields stay open", async () => {
  await publish(stage.url, steps("focus", { body: {} }, {}));

  await visit(stage.browser, WIDE, async (page) => {
    await openCanvas(page, stage.url, "focus");
    await node(page, "step").click();
    await page.keyboard.press("F2");
    await page.getByRole("textbox", { name: "New name" }).fill("a step");
    await page.getByText(/Begin with a letter/).waitFor();
    await page.getByRole("textbox", { name: "New name" }).fill("done");
    await until(10_000, () =>
      page.getByRole("dialog").getByRole("button", { name: "Rename" }).isEnabled(),
    );
    await page.keyboard.press("Enter");
    await onNode(page, "done");
    await page.locator("aside").getByRole("heading", { name: "done" }).waitFor();
  });
});

test("what leads on in a loop does not end the item as well", async () => {
  const loop = {
    type: "loop",
    items: "request.out.list",
    nodes: [
      { id: "one", type: "node", next: ["loopEnd"] },
      { id: "other", type: "node", next: ["loopEnd"] },
    ],
  };
  await publish(stage.url, bare("leads", { list: [1] }));

  await visit(stage.browser, WIDE, async (page) => {
    await openCanvas(page, stage.url, "leads");
    const document = {
      type: "pipeline",
      nodes: steps("leads", { body: { list: [1] } }, loop),
    };
    await page.keyboard.press("Alt+3");
    await page.locator(".cm-content").fill(JSON.stringify(document));
    await page.keyboard.press("Alt+1");
    await node(page, "one").click();
    await page.keyboard.press("c");
    await page.getByRole("combobox", { name: "Connect to" }).fill("other");
    await page.keyboard.press("Enter");

    const inner = (await nodeNow(page, "step"))?.nodes;
    assert.deepEqual(inner?.[0]?.next, ["other"]);
    assert.deepEqual(inner?.[1]?.next, ["loopEnd"]);
  });
});

test("a step is deleted with the pointer alone, from its menu or from its fields", async () => {
  await publish(stage.url, bare("pointer", {}));
  await publish(stage.url, steps("pointer", { body: {} }, {}));

  await visit(stage.browser, WIDE, async (page) => {
    await openCanvas(page, stage.url, "pointer");
    const isGone = () => node(page, "step").waitFor({ state: "detached" });
    await node(page, "step").click({ button: "right" });
    await page.getByRole("menuitem", { name: /Delete/ }).click();
    await isGone();
    // The notice goes with what it is about: its button would take back something else.
    const notice = page.getByText("step was deleted");
    await notice.waitFor();
    await page.keyboard.press("Control+z");
    await node(page, "step").waitFor();
    await notice.waitFor({ state: "detached" });

    await node(page, "step").click();
    await page.getByRole("button", { name: "What can be done with it" }).click();
    await page.getByRole("menuitem", { name: /Delete/ }).click();
    await isGone();
    await until(10_000, async () => (await documentNow(page)).length === 2);
  });
});

test("on a phone a button leads from a step that is chosen to its fields", async () => {
  await publish(stage.url, steps("phone", { body: {} }, {}));

  await visit(
    stage.browser,
    { viewport: { width: 390, height: 500 } },
    async (page) => {
      await page.goto(`${stage.url}/edit/phone?view=outline`);
      await page.locator('[data-row="step"]').click();
      await page.getByRole("button", { name: "Fields of the step" }).click();

      const top = () =>
        page
          .locator("#content aside")
          .evaluate((one) => one.getBoundingClientRect().top);
      await until(10_000, async () => (await top()) < 250);
    },
  );
});

test("of a name that is taken a free one is made by one button, or that one opened", async () => {
  await publish(stage.url, chain("source"));
  await publish(stage.url, chain("wanted"));
  const copy = async (page: Page) => {
    await openOutline(page, stage.url, "source");
    await page.getByRole("button", { name: "More", exact: true }).click();
    await page.getByRole("menuitem", { name: "Duplicate the pipeline…" }).click();
    await page.getByRole("textbox", { name: "Name of the copy" }).fill("wanted");
    await page.keyboard.press("Enter");
    await page.getByRole("heading", { name: "wanted" }).waitFor();
    await save(page);
    const taken = page.getByRole("alert").filter({ hasText: "called wanted already" });
    await taken.waitFor();
    return taken;
  };

  await visit(stage.browser, {}, async (page) => {
    const taken = await copy(page);
    assert.deepEqual(await axe(page), []);
    await taken.getByRole("button", { name: "Save as wanted-2" }).click();
    await page.waitForURL(/\/edit\/wanted-2/);
    await page.getByText("No changes").waitFor();
    assert.equal((await published(stage.url, "wanted-2")).length, 3);

    // What was not saved waits among the drafts.
    await (await copy(page)).getByRole("link", { name: "Open that one" }).click();
    await page.waitForURL(/\/edit\/wanted(\?|$)/);
    await page.getByRole("dialog").waitFor({ state: "detached" });
    assert.match(JSON.stringify(await keptDraft(page)), /"route":"wanted"/);
  });
});

test("a pipeline is duplicated under another name", async () => {
  await publish(stage.url, chain("origin"));

  await visit(stage.browser, {}, async (page) => {
    await openOutline(page, stage.url, "origin");
    await page.getByRole("button", { name: "More", exact: true }).click();
    await page.getByRole("menuitem", { name: "Duplicate the pipeline…" }).click();
    await page.getByRole("textbox", { name: "Name of the copy" }).fill("copied");
    await page.keyboard.press("Enter");
    await page.getByRole("heading", { name: "copied" }).waitFor();
    await save(page);
    await page.waitForURL(/\/edit\/copied/);

    assert.equal((await published(stage.url, "copied")).length, 3);
    assert.equal((await published(stage.url, "origin")).length, 3);
  });
});
