/**
 * docs/tutorials/first-pipeline-in-the-editor.md, step by step: a test does what it says,
 * and the script for screenshots takes its pictures on the way.
 */
import { join } from "node:path";

import type { Page } from "playwright-core";

import { onNode, still } from "./editing.ts";

const DOCS = join(import.meta.dirname, "..", "..", "docs");
export const TUTORIAL = join(DOCS, "tutorials", "first-pipeline-in-the-editor.md");
export const RESULT = join(DOCS, "tutorials", "grey-faces.json");
const PHOTO = join(DOCS, "pictures", "astronaut.jpg");

export interface TutorialStep {
  /** The words of the page that this does. */
  says: string;
  act: (page: Page) => Promise<void>;
  /** The picture that shows how it looks then, by its file in docs/pictures. */
  picture?: string;
}

const node = (page: Page, id: string) => page.locator(`[data-node="${id}"]`);
const field = (page: Page, name: string) =>
  page.locator(`aside [data-field="${name}"]`);

async function choose(page: Page, id: string): Promise<void> {
  await still(page);
  await node(page, id).click();
}

/** A, the name, Enter; then Tab accepts what fits, if anything does. */
async function add(page: Page, name: string, id: string, fits?: string) {
  await page.keyboard.press("a");
  await page.getByRole("combobox", { name: "Add a step", exact: true }).waitFor();
  await page.keyboard.type(name);
  await page.keyboard.press("Enter");
  await onNode(page, id);
  if (fits === undefined) return;
  await page.getByRole("status").getByText(fits).waitFor();
  await page.keyboard.press("Tab");
  await field(page, "input.image").getByRole("combobox").first().waitFor();
}

async function write(page: Page, name: string, text: string): Promise<void> {
  const input = field(page, name).locator("input").first();
  await input.fill(text);
  await input.blur();
}

export const TUTORIAL_STEPS: TutorialStep[] = [
  {
    says: "choose **New pipeline**",
    act: async (page) => {
      await page.getByRole("link", { name: "New pipeline" }).click();
    },
  },
  {
    says: "Name it `grey-faces`. Under “What it takes”, leave **Files** and `image`. Choose **Create**.",
    act: async (page) => {
      const name = page.getByRole("textbox", { name: "Name", exact: true });
      await name.fill("grey-faces");
      await page.getByRole("button", { name: "Create" }).click();
      await node(page, "request").waitFor();
      await node(page, "result").waitFor();
    },
  },
  {
    says: "Choose `request`, press `A`, type `face-detect`, press Enter.",
    act: async (page) => {
      await choose(page, "request");
      await add(page, "face-detect", "face-detect", "image ← request.out.image");
    },
  },
  {
    says: "Press `A` again, type `loop`, press Enter.",
    act: async (page) => {
      await add(page, "loop", "each");
      const items = field(page, "items").locator("input");
      await items.and(page.locator('[value="face-detect.out.answer"]')).waitFor();
    },
  },
  {
    says: "Choose it, press `A`, type `image-crop`, press Enter",
    act: async (page) => {
      await choose(page, "each_item");
      await add(page, "image-crop", "image-crop", "image ← request.out.image");
    },
  },
  {
    says: "In the panel on the right, write `node._loop` for `areas`",
    act: (page) => write(page, "input.areas", "node._loop"),
  },
  {
    says: "With `image-crop` chosen, add `image-greyscale` in the same way. The bar proposes the whole picture again: choose **No**, and write `image-crop.out.result` for its `image`.",
    act: async (page) => {
      await choose(page, "image-crop");
      await add(page, "image-greyscale", "image-greyscale");
      await page.getByRole("button", { name: "No", exact: true }).click();
      await write(page, "input.image", "image-crop.out.result");
    },
  },
  {
    says: "Choose the loop, `each`, and then **Collect a value**. Call it `face`",
    act: async (page) => {
      await choose(page, "each");
      await page.getByRole("button", { name: "Collect a value" }).click();
      await page.keyboard.type("face");
      await page.keyboard.press("Enter");
      const value = field(page, "collect.face").locator("input");
      await value.and(page.locator('[value="image-greyscale.out.result"]')).waitFor();
    },
    picture: "editor-built",
  },
  {
    says: "Choose `result` and remove its input `image` with ✕",
    act: async (page) => {
      await choose(page, "result");
      await page.getByRole("button", { name: "Remove image" }).click();
      await page.getByText("Receives what the steps before it give: face").waitFor();
    },
  },
  {
    says: "choose `image-greyscale`, and write `image-crop.out.reslt` for its `image`",
    act: async (page) => {
      await choose(page, "image-greyscale");
      await write(page, "input.image", "image-crop.out.reslt");
    },
  },
  {
    says: "Choose its button, **Write image-crop.out.result**",
    act: async (page) => {
      const bar = page.getByRole("region", { name: "What is wrong" });
      await bar.getByRole("button", { name: "Write image-crop.out.result" }).click();
      await bar.waitFor({ state: "detached" });
    },
  },
  {
    says: "Choose **Run**, give it `docs/pictures/astronaut.jpg`, and choose **Run** there",
    act: async (page) => {
      await page.getByRole("button", { name: "Run", exact: true }).click();
      const ask = page.getByRole("dialog");
      await ask.locator('input[data-field="image"]').setInputFiles(PHOTO);
      await ask.getByRole("button", { name: "Run", exact: true }).click();
    },
  },
  {
    says: "It fails, and the editor opens the field that was refused: `areas` of `image-crop`",
    act: async (page) => {
      await page.getByText("It failed").waitFor();
      await field(page, "input.areas").locator("input:focus").waitFor();
      await field(page, "input.areas")
        .getByText(/^\[\d+,\d+,\d+,\d+\]$/)
        .waitFor();
    },
    picture: "editor-failed",
  },
  {
    says: "Choose `each_item` and write this under “Code”",
    act: async (page) => {
      await choose(page, "each_item");
      const code = field(page, "after").locator(".cm-content");
      await code.fill("node.out = {'areas': [node._loop]}");
      await page
        .locator("[data-code-value=after]")
        .getByText(/"areas":\[\[/)
        .waitFor();
    },
  },
  {
    says: "Choose `image-crop` and write `each_item.out.areas` for `areas`",
    act: async (page) => {
      await choose(page, "image-crop");
      await write(page, "input.areas", "each_item.out.areas");
    },
  },
  {
    says: "Choose **Resume**",
    act: async (page) => {
      await page.getByRole("button", { name: /^Resume \(reuses 1 of/ }).click();
      await page.getByText("It worked.").waitFor();
      await node(page, "face-detect").locator('[data-reused="true"]').waitFor();
    },
    picture: "editor-worked",
  },
  {
    says: "`Ctrl+S` shows what will change, step by step. **Save** publishes it",
    act: async (page) => {
      await page.keyboard.press("Control+s");
      const save = page.getByRole("dialog").getByRole("button", { name: "Save" });
      await save.and(page.locator(":focus")).click();
      await page.getByText("No changes").waitFor();
    },
  },
];
