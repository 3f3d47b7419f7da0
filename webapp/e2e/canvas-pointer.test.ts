/** The canvas by pointer: adding, connecting, moving; each step can be undone. */
import assert from "node:assert/strict";
import { test } from "node:test";

import type { Locator, Page } from "playwright-core";

import { axe, visit } from "./browsing.ts";
import { atRest, bare, openCanvas, published, WIDE } from "./editing.ts";
import { stageWith } from "./stage.ts";
import { publish } from "./tasks.ts";

const stage = stageWith("image-processing");

async function middleOf(locator: Locator): Promise<{ x: number; y: number }> {
  const box = await locator.boundingBox();
  assert.ok(box);
  return { x: box.x + box.width / 2, y: box.y + box.height / 2 };
}

/** Drag by real events of the pointer, in steps: what is on the way is met. */
async function drag(page: Page, from: Locator, to: { x: number; y: number }) {
  const start = await middleOf(from);
  await page.mouse.move(start.x, start.y);
  await page.mouse.down();
  await page.mouse.move(start.x + 8, start.y + 8);
  await page.mouse.move((start.x + to.x) / 2, (start.y + to.y) / 2, { steps: 4 });
  await page.mouse.move(to.x, to.y, { steps: 6 });
  // What is entered by one move is told where it is held by the next.
  await page.mouse.move(to.x + 1, to.y);
  await page.mouse.move(to.x, to.y);
}

const node = (page: Page, id: string) => page.locator(`[data-node="${id}"]`);
const exit = (page: Page, id: string, side: string) =>
  page.locator(`.react-flow__node[data-id="${id}"] > span [data-side="${side}"]`);

test("a pipeline with a branch, a loop and a catch is made by pointer, and run", async () => {
  await publish(stage.url, bare("pointer", { numbers: [1, 2, 3], limit: 5 }));

  await visit(stage.browser, WIDE, async (page) => {
    await openCanvas(page, stage.url, "pointer");
    const item = (name: string) => page.locator(`aside [data-choice="kind:${name}"]`);

    // Dropped on a way, which lights up.
    const way = page.locator('[data-way="request next result"]');
    await drag(page, item("loop"), await middleOf(way));
    await page
      .locator('[data-way="request next result"].way-lit')
      .waitFor({ state: "attached" });
    await page.mouse.up();
    await node(page, "each").waitFor();
    await atRest(page);
    await page.locator('[data-choice="kind:branch"]').click();
    await node(page, "check").waitFor();
    await atRest(page);

    // A click on the exit of a side.
    await exit(page, "check", "then").click();
    await page.getByRole("dialog").locator('[data-choice="kind:node"]').click();
    await node(page, "step").waitFor();
    await atRest(page);
    await node(page, "step").hover();
    await exit(page, "step", "catch").click();
    await page.getByRole("dialog").locator('[data-choice="kind:node"]').click();
    await node(page, "step2").waitFor();
    await atRest(page);

    // A way that is drawn to a node.
    await drag(page, exit(page, "step2", "next"), await middleOf(node(page, "result")));
    await page.mouse.up();
    await page.locator('[data-way="step2 next result"]').waitFor({ state: "attached" });

    await page.getByRole("button", { name: "Run", exact: true }).click();
    await page.getByRole("dialog").getByRole("button", { name: "Run" }).click();
    await page.getByText("It worked.").waitFor();
    await page.getByRole("button", { name: "Save…" }).click();
    await page
      .getByRole("dialog")
      .getByRole("button", { name: "Save", exact: true })
      .click();
    await page.getByText("No changes").waitFor();
  });

  const nodes = await published(stage.url, "pointer");
  const ids = nodes.map(({ id }) => id);
  assert.deepEqual(ids.sort(), ["check", "each", "request", "result", "step", "step2"]);
  assert.deepEqual(nodes.find(({ id }) => id === "step")?.catch, ["step2"]);
});

test("what is held over a way lights it up; dropped, it is one step to undo", async () => {
  await publish(stage.url, bare("drop", {}));

  await visit(stage.browser, WIDE, async (page) => {
    await openCanvas(page, stage.url, "drop");
    const way = page.locator('[data-way="request next result"]');
    await drag(page, page.locator('[data-choice="kind:node"]'), { x: 420, y: 700 });
    await page.mouse.up();
    await node(page, "step").waitFor();
    await atRest(page);

    const line = way.locator("path.way");
    const plain = await line.evaluate((path) => getComputedStyle(path).strokeWidth);
    await drag(page, node(page, "step"), await middleOf(way));
    await page
      .locator('[data-way="request next result"].way-lit')
      .waitFor({ state: "attached" });
    const lit = await line.evaluate((path) => getComputedStyle(path).strokeWidth);
    assert.ok(parseFloat(lit) > parseFloat(plain), `${lit}, and ${plain} before`);
    await page.mouse.up();
    await page.locator('[data-way="request next step"]').waitFor({ state: "attached" });
    await page.locator('[data-way="step next result"]').waitFor({ state: "attached" });

    await page.keyboard.press("Control+z");
    await way.waitFor({ state: "attached" });
    await page.keyboard.press("Control+z");
    await page.getByText("No changes").waitFor();
  });
});

test("a way drawn into the void asks what shall stand there", async () => {
  await publish(stage.url, bare("void", {}));

  await visit(stage.browser, WIDE, async (page) => {
    await openCanvas(page, stage.url, "void");

    await drag(page, exit(page, "request", "next"), { x: 420, y: 700 });
    await page.mouse.up();
    await page.getByRole("dialog", { name: "Add a step" }).waitFor();
    await page.keyboard.type("http");
    await page.keyboard.press("Enter");

    await page
      .locator('[data-way^="request next fetch"]')
      .waitFor({ state: "attached" });
    await page.keyboard.press("Control+z");
    await page
      .locator('[data-way="request next result"]')
      .waitFor({ state: "attached" });
    await page.getByText("No changes").waitFor();
  });
});

test("targets that cannot be are dimmed, with the reason beside the pointer", async () => {
  await visit(stage.browser, WIDE, async (page) => {
    await openCanvas(page, stage.url, "face-thumbnail");

    const pointer = await middleOf(node(page, "crop"));
    await drag(page, exit(page, "faces", "next"), pointer);
    const reason = page.getByText(/It is in another loop/);
    await reason.waitFor();
    const place = await reason.boundingBox();
    assert.ok(place && Math.abs(place.x - pointer.x) < 40);
    assert.ok(Math.abs(place.y - pointer.y) < 40);
    const dimmed = page.locator('[data-node="photo"][data-impossible="true"]');
    await dimmed.waitFor();
    assert.ok(
      (await dimmed.evaluate((one) => Number(getComputedStyle(one).opacity))) < 0.5,
    );
    assert.equal(
      await page.locator('[data-node="result"][data-impossible="true"]').count(),
      0,
    );

    // Dropped there it leads nowhere; neither to where the items of a loop end.
    const impossible = page.locator('[data-impossible="true"]');
    const itemEnd = page.locator('.react-flow__node[data-id="thumbnails/end"]');
    await page.mouse.up();
    await impossible.first().waitFor({ state: "detached" });
    await drag(page, exit(page, "faces", "next"), await middleOf(itemEnd));
    await reason.waitFor();
    await page.mouse.up();
    await impossible.first().waitFor({ state: "detached" });

    assert.equal(await page.getByRole("dialog").count(), 0);
    assert.equal(await page.getByText("No changes").count(), 1);
  });
});

test("threads show where inputs come from, also from afar and from the loop", async () => {
  await visit(stage.browser, WIDE, async (page) => {
    await openCanvas(page, stage.url, "face-thumbnail");
    await node(page, "crop").click();

    const thread = (from: string, to: string) =>
      page.locator(`[data-thread="${from} ${to}"]`);
    const afar = thread("photo", "crop");
    await afar.getByText("image", { exact: true }).waitFor();
    await thread("border", "crop").getByText("areas", { exact: true }).waitFor();
    // Dotted, as nothing else is: the order of work is drawn in full.
    const dashes = (path: Element) => getComputedStyle(path).strokeDasharray;
    assert.notEqual(await afar.locator("path").evaluate(dashes), "none");
    const order = page.locator('[data-way="photo next faces"] path.way');
    assert.equal(await order.evaluate(dashes), "none");
    assert.equal(await page.locator("[data-thread]").count(), 2);

    await node(page, "faces").click();
    await thread("photo", "faces").waitFor({ state: "attached" });
    assert.equal(await page.locator("[data-thread]").count(), 1);
  });
});

test("connecting proposes inputs that fit, and Tab accepts them", async () => {
  const api = { route: "propose", body: "image", bodyType: [["image/png"]] };
  await publish(stage.url, [
    { id: "photo", type: "entry", api, next: ["result"] },
    { id: "result", type: "end", input: { image: "photo.out.image" } },
  ]);

  await visit(stage.browser, WIDE, async (page) => {
    await openCanvas(page, stage.url, "propose");
    await page.focus('[data-node="photo"]');
    await page.keyboard.press("a");
    await page.keyboard.type("image-resize");
    await page.keyboard.press("Enter");

    await page.getByText("image ← photo.out.image").waitFor();
    await page.locator('[data-node="image-resize"]:focus').waitFor();
    await page.keyboard.press("Tab");

    const field = page.locator('aside [data-field="input.image"] input');
    await field.waitFor();
    assert.equal(await field.inputValue(), "photo.out.image");
  });
});

test("a way that is drawn proposes inputs too, and so does one that is named", async () => {
  const api = { route: "propose-ways", body: "image", bodyType: [["image/png"]] };
  await publish(stage.url, [
    { id: "photo", type: "entry", api, next: ["result"] },
    { id: "result", type: "end", input: { image: "photo.out.image" } },
  ]);

  await visit(stage.browser, WIDE, async (page) => {
    await openCanvas(page, stage.url, "propose-ways");
    const service = page.locator('aside [data-choice="route:image-resize"]');
    await drag(page, service, { x: 420, y: 700 });
    await page.mouse.up();
    await node(page, "image-resize").waitFor();
    await atRest(page);

    const way = page.locator('[data-way="photo next image-resize"]');
    const proposal = page.getByText("image ← photo.out.image");
    const target = await middleOf(node(page, "image-resize"));
    await drag(page, exit(page, "photo", "next"), target);
    await page.mouse.up();
    await way.waitFor({ state: "attached" });
    await proposal.waitFor();
    await page.getByRole("button", { name: "No", exact: true }).click();
    await proposal.waitFor({ state: "detached" });
    await page.keyboard.press("Control+z");
    await way.waitFor({ state: "detached" });

    await node(page, "photo").click();
    await page.keyboard.press("c");
    await page.getByRole("combobox", { name: "Connect to" }).waitFor();
    await page.keyboard.type("image-resize");
    await page.keyboard.press("Enter");
    await proposal.waitFor();
    await page.locator('[data-node="photo"]:focus').waitFor();
    await page.keyboard.press("Tab");
    await proposal.waitFor({ state: "detached" });
    const field = page.locator('aside [data-field="input.image"] input');
    assert.equal(await field.inputValue(), "photo.out.image");

    // What was proposed is one step, and the way another one.
    await page.locator('[data-node="image-resize"]').focus();
    await page.keyboard.press("Control+z");
    await way.waitFor({ state: "attached" });
    await page.keyboard.press("Control+z");
    await way.waitFor({ state: "detached" });
  });
});

test("nodes are moved into a loop; a layout puts all in order and can be undone", async () => {
  await publish(stage.url, [
    {
      id: "request",
      type: "entry",
      api: { route: "arrange", body: { list: [1] } },
      next: ["each"],
    },
    {
      id: "each",
      type: "loop",
      items: "request.out.list",
      nodes: [{ id: "inner", type: "node", next: ["loopEnd"] }],
      next: ["result"],
    },
    { id: "result", type: "end", input: {} },
  ]);

  await visit(stage.browser, WIDE, async (page) => {
    await openCanvas(page, stage.url, "arrange");
    const before = await middleOf(node(page, "result"));

    await drag(page, node(page, "result"), { x: before.x + 160, y: before.y + 40 });
    await page.mouse.up();
    await page
      .getByText(/1 change|changes/)
      .first()
      .waitFor();
    const moved = await middleOf(node(page, "result"));
    assert.ok(
      Math.abs(moved.x - before.x - 160) < 20,
      `${String(moved.x)} ${String(before.x)}`,
    );

    await atRest(page);
    // On the canvas, of which a layout shows another part.
    const placeOf = (id: string) =>
      page
        .locator(`.react-flow__node[data-id="${id}"]`)
        .evaluate((one: HTMLElement) => one.style.transform);
    const put = await placeOf("result");
    // Nodes are on their way to their places: the browser says so itself.
    await page.evaluate(() => {
      document.addEventListener("transitionrun", ({ target, propertyName }) => {
        const isNode = (target as Element).matches(".react-flow__node");
        if (isNode && propertyName === "transform") document.body.dataset.moved = "";
      });
    });
    await page.getByRole("button", { name: "Tidy up" }).click();
    await page.locator("body[data-moved]").waitFor();
    await atRest(page);
    const tidied = await middleOf(node(page, "result"));
    assert.ok(Math.abs(tidied.x - moved.x) > 20, "a layout moves it");
    await page.keyboard.press("Control+z");
    await atRest(page);
    assert.equal(await placeOf("result"), put, "undone, it is where it was put");

    // What was only moved is folded into one line of what is saved.
    await page.keyboard.press("Control+s");
    const saved = page.getByRole("dialog").getByRole("listitem");
    await saved.getByText(/moved on the canvas/).waitFor();
    assert.equal(await saved.count(), 1);
    await page.keyboard.press("Escape");
    await page.getByRole("dialog").waitFor({ state: "detached" });

    await drag(page, page.locator('[data-choice="kind:node"]'), { x: 320, y: 760 });
    await page.mouse.up();
    await node(page, "step").waitFor();
    await atRest(page);
    await drag(page, node(page, "step"), await middleOf(node(page, "inner")));
    await page.locator('[data-lit="true"]').first().waitFor();
    await page.mouse.up();
    await page
      .locator('[data-way="step next each/end"]')
      .waitFor({ state: "attached" });
    assert.deepEqual(await axe(page), []);
  });
});
