/** Faults made by hand and mended through the bar; runs that fail and go on. */
import assert from "node:assert/strict";
import { test } from "node:test";

import type { Page } from "playwright-core";

import { axe, visit } from "./browsing.ts";
import { openCanvas, runFromWindow, type TestNode, WIDE } from "./editing.ts";
import { stageWith } from "./stage.ts";
import { publish } from "./tasks.ts";

const stage = stageWith("image-processing");

const PHOTO = { route: "shrink", body: "image", bodyType: [["image/png"]] };

/** Everything is right with it. */
function right(): TestNode[] {
  return [
    { id: "photo", type: "entry", api: PHOTO, next: ["small"] },
    {
      id: "small",
      type: "service",
      service: "image-resize",
      input: { image: "photo.out.image", width: 80 },
      next: ["note"],
    },
    { id: "note", type: "node", after: "node.out = {'done': True}", next: ["result"] },
    { id: "result", type: "end", input: { small: "small.out.result" } },
  ];
}

interface Mistake {
  name: string;
  /** Makes it in the document. */
  make: (nodes: TestNode[]) => TestNode[];
  /** What the bar says, and what is on its button. */
  says: RegExp;
  button: RegExp;
}

const changed =
  (id: string, change: (node: TestNode) => TestNode) => (nodes: TestNode[]) =>
    nodes.map((node) => (node.id === id ? change(node) : node));

const MISTAKES: Mistake[] = [
  {
    name: "a target that is misspelt",
    make: changed("note", (node) => ({ ...node, next: ["reslt"] })),
    says: /no such node/,
    button: /Lead note to result/,
  },
  {
    name: "a reference to a node that is misspelt",
    make: changed("small", (node) => ({
      ...node,
      input: { ...node.input, image: "phto.out.image" },
    })),
    says: /there is no such node/,
    button: /Write photo\.out\.image/,
  },
  {
    name: "an input that is missing",
    make: changed("small", (node) => ({ ...node, input: { width: 80 } })),
    says: /needs “image”/,
    button: /image ← photo\.out\.image/,
  },
  {
    name: "an input that is misspelt",
    make: changed("small", (node) => ({
      ...node,
      input: { image: "photo.out.image", widht: 80 },
    })),
    says: /takes no “widht”/,
    button: /Call widht “width”/,
  },
  {
    name: "an output that is misspelt",
    make: changed("result", (node) => ({
      ...node,
      input: { small: "small.out.reslt" },
    })),
    says: /is not among what/,
    button: /Write small\.out\.result/,
  },
  {
    name: "a field that does not exist",
    make: changed("note", (node) => ({ ...node, nxt: ["result"] })),
    says: /nxt/,
    button: /^(Remove|Call) nxt/,
  },
  {
    name: "a node that nothing leads to",
    make: changed("small", (node) => ({ ...node, next: ["result"] })),
    says: /no path leads/,
    button: /Lead small to note/,
  },
  {
    name: "a way back into the entry",
    make: changed("note", (node) => ({ ...node, next: ["result", "photo"] })),
    says: /leads back into the entry/,
    button: /Remove the way from note to photo/,
  },
  {
    name: "an end that leads on",
    make: changed("result", (node) => ({ ...node, catch: ["note"] })),
    says: /it ends the task/,
    button: /Remove catch/,
  },
  {
    name: "a pipeline without an end",
    make: (nodes) =>
      changed("note", (node) => ({ ...node, next: [] }))(
        nodes.filter(({ id }) => id !== "result"),
      ),
    says: /no end node/,
    button: /Add an end/,
  },
  {
    name: "a text that is no reference",
    make: changed("result", (node) => ({ ...node, input: { words: "hello" } })),
    says: /cannot be read/,
    button: /Write .*hello/,
  },
];

/** Type a document into the JSON view: what the keyboard can do, a mistake can do. */
async function write(page: Page, nodes: TestNode[]): Promise<void> {
  await page.keyboard.press("Alt+3");
  const editor = page.locator(".cm-content").first();
  await editor.fill(JSON.stringify({ type: "pipeline", nodes }));
  await page.keyboard.press("Alt+1");
  await page.locator("[data-node]").first().waitFor();
}

test("eleven kinds of faults are made, and mended by the button of the bar", async () => {
  await publish(stage.url, right());

  await visit(stage.browser, WIDE, async (page) => {
    await openCanvas(page, stage.url, "shrink");
    const bar = page.getByRole("region", { name: "What is wrong" });

    for (const { name, make, says, button } of MISTAKES) {
      await write(page, make(right()));
      await bar.getByText(says).first().waitFor();
      await bar.getByRole("button", { name: button }).click();
      await bar.waitFor({ state: "detached" }).catch(() => {
        throw new Error(`not mended: ${name}`);
      });
    }
  });
});

test("F8 goes from fault to fault; warnings look different; all is readable", async () => {
  await publish(stage.url, right());
  const nodes = changed("small", (node) => ({ ...node, service: "image-resiz" }))(
    changed("note", (node) => ({ ...node, after: "node.out['a'] = nothing" }))(right()),
  );

  for (const colorScheme of ["light", "dark"] as const) {
    await visit(stage.browser, { colorScheme, ...WIDE }, async (page) => {
      await openCanvas(page, stage.url, "shrink");
      await write(page, nodes);
      const bar = page.getByRole("region", { name: "What is wrong" });
      await bar.getByText("1 error").waitFor();
      await page.locator('[data-node="note"][data-fault="error"]').waitFor();

      await page.keyboard.press("F8");
      await page.locator('aside [data-field="after"] .cm-content:focus').waitFor();

      assert.deepEqual(await axe(page), []);
    });
  }
});

test("a run that fails opens the field; mended, it goes on with what was done", async () => {
  const code = (text: string): TestNode[] => [
    {
      id: "request",
      type: "entry",
      api: { route: "mend", body: { n: 4 } },
      next: ["a"],
    },
    { id: "a", type: "node", after: "node.out = {'half': 2}", next: ["b"] },
    { id: "b", type: "node", after: text, next: ["result"] },
    { id: "result", type: "end", input: { answer: "b.out.answer" } },
  ];
  await publish(stage.url, code("node.out = {'answer': 1 / (a.out['half'] - 2)}"));

  await visit(stage.browser, WIDE, async (page) => {
    await openCanvas(page, stage.url, "mend");
    await page.getByRole("button", { name: "Run", exact: true }).click();
    await page.getByRole("dialog").getByRole("button", { name: "Run" }).click();

    await page.getByText("It failed").waitFor();
    const field = page.locator('aside [data-field="after"] .cm-content');
    await page.locator('aside [data-field="after"] .cm-content:focus').waitFor();
    await page.keyboard.press("Control+a");
    await page.keyboard.type("node.out = {'answer': a.out['half'] * 21}");
    // What is typed is evaluated with the values of the run.
    await page.locator('[data-code-value="after"]').getByText("42").waitFor();
    assert.match((await field.textContent()) ?? "", /21/);

    await page.getByRole("button", { name: "Resume (reuses 1 of 2 steps)" }).click();
    await page.getByText("It worked.").waitFor();
    await page.locator('[data-node="a"] [data-reused="true"]').waitFor();
    // Nothing of this was published.
    const stats = (await (await fetch(`${stage.url}/services/mend`)).json()) as {
      pipeline: { nodes: TestNode[] };
    };
    assert.match(String(stats.pipeline.nodes[2]?.after), /- 2/);
  });
});

test("a run that fails offers what mends it, as a button beside what it says", async () => {
  const given = "node.out = {key: 2 for key in ['half']}";
  await publish(stage.url, [
    { id: "request", type: "entry", api: { route: "offer", body: {} }, next: ["a"] },
    { id: "a", type: "node", after: given, next: ["result"] },
    { id: "result", type: "end", input: { answer: "a.out.hlaf" } },
  ]);

  await visit(stage.browser, WIDE, async (page) => {
    await openCanvas(page, stage.url, "offer");
    await page.getByRole("button", { name: "Run", exact: true }).click();

    const last = page.getByRole("status", { name: "The last run" });
    await last.getByText("It failed").waitFor();
    await last.getByRole("button", { name: "Write a.out" }).click();
    await page.getByRole("button", { name: /^Resume \(reuses 1 of 1/ }).click();
    await last.getByText("It worked.").waitFor();
  });
});

test("a failure in a loop opens the step in it, at the input that was refused", async () => {
  const body: TestNode = {
    id: "crop",
    type: "service",
    service: "image-crop",
    input: { image: "photo.out.image", areas: "node._loop" },
    next: ["loopEnd"],
  };
  const api = { route: "in-loop", body: "image", bodyType: [["image/png"]] };
  await publish(stage.url, [
    { id: "photo", type: "entry", api, next: ["boxes"] },
    {
      id: "boxes",
      type: "node",
      after: "node.out = {'list': [[0, 0, 9, 9]]}",
      next: ["each"],
    },
    {
      id: "each",
      type: "loop",
      items: "boxes.out.list",
      nodes: [body],
      collect: { pieces: ["crop.out.result"] },
      next: ["result"],
    },
    { id: "result", type: "end" },
  ]);
  const photo = { name: "a.png", mimeType: "image/png", buffer: onePixel() };

  await visit(stage.browser, WIDE, async (page) => {
    await openCanvas(page, stage.url, "in-loop");
    await page.keyboard.press("Control+Enter");
    await page.setInputFiles("[role=dialog] input[type=file]", photo);
    await runFromWindow(page);

    await page.getByText("It failed").waitFor();
    await page.locator('aside [data-field="input.areas"] input:focus').waitFor();
    await page.getByRole("status").getByText("crop", { exact: true }).waitFor();
    // The value that was refused stands below its field.
    await page
      .locator('aside [data-field="input.areas"]')
      .getByText("[0,0,9,9]")
      .waitFor();
  });
});

function onePixel(): Buffer {
  const base64 =
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==";
  return Buffer.from(base64, "base64");
}
