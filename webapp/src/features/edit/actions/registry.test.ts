/**
 * Every action of the registry: what it changes is undone and done again, to equal
 * documents. An action that is added has to be put into one of the two lists below.
 */
import fc from "fast-check";
import { afterAll, beforeAll, beforeEach, expect, test, vi } from "vitest";

import { arrange } from "@/pipeline/arrange";
import {
  findNode,
  freshId,
  type PipelineDocument,
  placedNodes,
} from "@/pipeline/document";
import { renameLocally } from "@/pipeline/edits/rename";
import { sample } from "@/pipeline/edits/samples";
import { LOOP_END } from "@/pipeline/editWays";
import { pictureOf } from "@/pipeline/place";
import { verdictsOf } from "@/pipeline/reach";
import { readDocument } from "@/pipeline/reading";

import { setCanvas, useCanvas } from "../canvas/canvasState";
import { docSide, insertItem, toggleWay } from "../canvas/insert";
import { paletteItems } from "../canvas/paletteItems";
import { setPicture, shownPicture } from "../canvas/shownPicture";
import { perform, useEdit } from "../store";
import { useUi, type View } from "../ui";
import { ACTIONS, actionCalled } from "./registry";

const edit = () => useEdit.getState();

/** What is chosen before an action, and what a person does in the window it opens. */
interface Doing {
  nodes?: string[];
  way?: string;
  view?: View;
  /** What has to be done first. */
  first?: string[];
  finish?: (number: number) => void;
}

const TWO = { nodes: ["blur", "keep"] };

/** The actions that change the document, each with a case in which it does. */
const CHANGES: Record<string, Doing> = {
  undo: { nodes: ["blur"], first: ["delete"] },
  redo: { nodes: ["blur"], first: ["delete", "undo"] },
  cut: { nodes: ["blur"] },
  paste: { nodes: ["blur"], first: ["copy"] },
  duplicate: { nodes: ["each"] },
  delete: { nodes: ["each", "keep"] },
  rename: { nodes: ["faces"], finish: renameTo },
  import: { finish: () => undefined },
  add: { nodes: ["faces"], finish: addOne },
  connect: { nodes: ["keep"], finish: connectOne },
  "delete-way": { way: "faces next each" },
  "into-loop": { nodes: ["keep"] },
  "out-of-loop": { nodes: ["judge"] },
  tidy: { nodes: ["keep"], first: ["nudge-right"] },
  "align-left": TWO,
  "align-center": TWO,
  "align-right": TWO,
  "align-top": TWO,
  "align-middle": TWO,
  "align-bottom": TWO,
  "nudge-up": { nodes: ["crop"] },
  "nudge-down": { nodes: ["crop"] },
  "nudge-left": TWO,
  "nudge-right": TWO,
  "move-up": { nodes: ["keep"], view: "outline" },
  "move-down": { nodes: ["crop"], view: "outline" },
};

/** Those that change nothing of it: they show, ask or store. */
const LEAVES = [
  ...["save", "versions", "export", "duplicate-pipeline", "delete-pipeline"],
  ...["used-by", "rename-route"],
  ...["copy", "select-all", "find", "whole", "next-fault", "previous-fault"],
  ...["run", "run-up-to", "run-input"],
  ...["view-canvas", "view-outline", "view-json", "commands", "keys"],
];

function renameTo(): void {
  const [id] = edit().selection;
  if (id === undefined) return;
  const name = freshId(edit().document, `${id}_2`);
  perform((document) => renameLocally(document, new Map([[id, name]])), {
    select: [name],
  });
}

function addOne(number: number): void {
  const { picker } = useCanvas.getState();
  if (picker?.kind !== "add") throw new Error("nothing asks what to add");
  const items = paletteItems([], "sample");
  const item = items[number % items.length];
  if (item) insertItem(item, picker.spot);
}

function connectOne(number: number): void {
  const { picker } = useCanvas.getState();
  if (picker?.kind !== "connect") throw new Error("nothing asks where to lead");
  const { from, side } = picker;
  const verdicts = verdictsOf(edit().document.nodes, { from, side });
  const possible = [...verdicts].flatMap(([to, why]) =>
    why === undefined ? [to] : [],
  );
  const to = possible[number % possible.length];
  if (to === undefined) return;
  toggleWay({ from, side: docSide(side), to: to.includes("/") ? LOOP_END : to });
}

/** Do it as far as it can be done now; resolves when the page is quiet again. */
async function act(id: string, number = 0): Promise<void> {
  const action = actionCalled(id);
  if (action.when()) {
    action.perform();
    await quiet();
    CHANGES[id]?.finish?.(number);
  }
  useUi.setState({ dialog: undefined });
  setCanvas({ picker: undefined });
  setPicture(pictureOf(edit().document.nodes, arrange));
}

/** Reading a file and the clipboard take some turns. */
function quiet(): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve));
}

function choose({ nodes = [], way, view = "canvas" }: Doing): void {
  edit().select(nodes);
  setCanvas({ way });
  useUi.getState().show(view);
}

beforeAll(() => {
  vi.stubGlobal("fetch", () => Promise.reject(new TypeError("away")));
  vi.stubGlobal(
    "URL",
    Object.assign(URL, { createObjectURL: () => "", revokeObjectURL: () => undefined }),
  );
  // Whoever is asked for a file chooses this one; nothing is downloaded.
  vi.spyOn(HTMLElement.prototype, "click").mockImplementation(function (
    this: HTMLElement,
  ) {
    if (!(this instanceof HTMLInputElement)) return;
    const text = JSON.stringify({ ...sample(), nodes: sample().nodes.slice(0, 3) });
    const files = [new File([text], "other.json")];
    Object.defineProperty(this, "files", { value: files });
    this.dispatchEvent(new Event("change"));
  });
});

afterAll(() => {
  vi.unstubAllGlobals();
  vi.restoreAllMocks();
});

beforeEach(begin);

function begin(): void {
  edit().open({
    route: "sample",
    base: { version: "1", document: sample() },
    draft: "test",
  });
  setPicture(pictureOf(edit().document.nodes, arrange));
}

test("each action of the registry is tried here", () => {
  const tried = [...Object.keys(CHANGES), ...LEAVES];

  expect(tried.sort()).toEqual(ACTIONS.map(({ id }) => id).sort());
});

test.each(Object.entries(CHANGES))("%s is undone and done again", async (id, doing) => {
  choose(doing);
  for (const first of doing.first ?? []) await act(first);
  const before = JSON.stringify(edit().document);

  await act(id);

  const after = JSON.stringify(edit().document);
  expect(after).not.toBe(before);
  if (id !== "undo") {
    edit().undo();
    expect(JSON.stringify(edit().document)).toBe(before);
    edit().redo();
    expect(JSON.stringify(edit().document)).toBe(after);
  }
});

test.each(LEAVES)("%s changes nothing of the document", async (id) => {
  choose({ nodes: ["faces"], view: id === "view-canvas" ? "json" : "canvas" });
  const before = edit().document;

  await act(id);

  expect(edit().document).toBe(before);
  expect(edit().past).toEqual([]);
});

const someAction = fc.record({
  id: fc.constantFrom(...Object.keys(CHANGES)),
  number: fc.nat(30),
  nodes: fc.option(fc.array(fc.nat(30), { maxLength: 3 })),
  way: fc.option(fc.nat(30)),
  view: fc.constantFrom<View>("canvas", "canvas", "outline"),
});

type Some = typeof someAction extends fc.Arbitrary<infer One> ? One : never;

function chooseSome({ nodes, way, view }: Some): void {
  useUi.getState().show(view);
  if (nodes === null) return;
  const ids = placedNodes(edit().document).map(({ node }) => node.id);
  edit().select(nodes.flatMap((at) => ids[at % ids.length] ?? []));
  const { ways } = shownPicture();
  setCanvas({ way: way === null ? undefined : ways[way % ways.length]?.id });
}

test("in any order they are undone and done again", { timeout: 60_000 }, async () => {
  const all = fc.array(someAction, { minLength: 1, maxLength: 15 });
  await fc.assert(
    fc.asyncProperty(all, async (actions) => {
      begin();
      // What undo has to bring back, and redo: kept beside the store, in the plain way.
      let past: PipelineDocument[] = [];
      for (const some of actions) {
        chooseSome(some);
        const { document, past: steps } = edit();
        await act(some.id, some.number);
        const count = edit().past.length;
        if (count > steps.length) past = [...past.slice(0, steps.length), document];
        // Every state can be shown, and what is chosen is there.
        expect(readDocument(edit().document).problem).toBeUndefined();
        for (const id of edit().selection) {
          expect(findNode(edit().document, id)).toBeDefined();
        }
      }

      const states = [...past.slice(0, edit().past.length), edit().document];
      for (const state of states.slice(0, -1).reverse()) {
        edit().undo();
        expect(edit().document).toEqual(state);
      }
      expect(edit().document).toEqual(sample());
      for (const state of states.slice(1)) {
        edit().redo();
        expect(edit().document).toEqual(state);
      }
    }),
    { numRuns: 40 },
  );
});
