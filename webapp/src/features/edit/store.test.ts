import fc from "fast-check";
import { beforeEach, expect, test } from "vitest";

import { findNode, type PipelineDocument, placedNodes } from "@/pipeline/document";
import { duplicateNodes, pasteClip } from "@/pipeline/edits/clip";
import { setField } from "@/pipeline/edits/fields";
import { renameInput, setInput } from "@/pipeline/edits/inputs";
import { addNode, moveToLoop, newNode, removeNodes } from "@/pipeline/edits/nodes";
import { renameLocally } from "@/pipeline/edits/rename";
import { sample } from "@/pipeline/edits/samples";
import { connect, disconnect, moveWay } from "@/pipeline/edits/ways";
import { readDocument } from "@/pipeline/reading";

import { type Edit, useEdit } from "./store";

const edit = () => useEdit.getState();

beforeEach(() => {
  edit().open({
    route: "sample",
    base: { version: "1", document: sample() },
    draft: "test",
  });
});

test("typing into one field is one step, and another field is the next", () => {
  for (const text of ["h", "he", "hey"]) {
    edit().perform((document) => setField(document, "blur", "description", text), {
      mark: "blur.description",
    });
  }
  edit().perform((document) => setField(document, "blur", "retry", 1), {
    mark: "blur.retry",
  });

  edit().undo();
  expect(findNode(edit().document, "blur")?.description).toBe("hey");
  edit().undo();
  expect(edit().document).toEqual(sample());
  expect(edit().past).toEqual([]);
});

test("after the field was left, typing again is a step of its own", () => {
  const type = (text: string) => {
    edit().perform((document) => setField(document, "blur", "description", text), {
      mark: "blur.description",
    });
  };
  type("one");
  edit().seal();
  type("two");

  edit().undo();

  expect(findNode(edit().document, "blur")?.description).toBe("one");
});

test("an edit that changes nothing is no step, and keeps what can be done again", () => {
  edit().perform((document) => setField(document, "blur", "retry", 1));
  edit().undo();

  edit().perform((document) => document);

  expect(edit().past).toEqual([]);
  expect(edit().future).toHaveLength(1);
});

test("undo also brings back what was chosen", () => {
  edit().select(["blur"]);
  edit().perform((document) => removeNodes(document, ["blur"]), { select: [] });

  edit().undo();

  expect(edit().selection).toEqual(["blur"]);
});

test("a node that is gone is not chosen", () => {
  edit().select(["blur", "keep"]);

  edit().perform((document) => removeNodes(document, ["blur"]));

  expect(edit().selection).toEqual(["keep"]);
});

const SIDES = [undefined, "then", "else", "catch"] as const;
const KINDS = ["node", "service", "http", "branch", "loop"] as const;

/** Any edit, of nodes that are picked by number: so that it fits each document. */
const anyEdit: fc.Arbitrary<Edit> = fc
  .record({
    what: fc.nat(11),
    one: fc.nat(30),
    other: fc.nat(30),
    side: fc.constantFrom(...SIDES),
    kind: fc.constantFrom(...KINDS),
    key: fc.constantFrom("image", "areas", "x"),
    value: fc.jsonValue({ maxDepth: 2 }) as fc.Arbitrary<string | number | null>,
  })
  .map(({ what, one, other, side, kind, key, value }) => (document) => {
    const ids = placedNodes(document).map(({ node }) => node.id);
    const from = ids[one % Math.max(ids.length, 1)] ?? "none";
    const to = ids[other % Math.max(ids.length, 1)] ?? "none";
    const way = { from, to, side };
    const fresh = `n${String(placedNodes(document).length)}_${String(one)}`;
    const node = newNode(
      kind,
      ids.includes(fresh) ? `${fresh}_${String(ids.length)}` : fresh,
    );
    if (ids.includes(node.id)) return document;
    const edits: Edit[] = [
      (now) => addNode(now, node, { after: { id: from, side } }),
      (now) => addNode(now, node, { on: way }),
      (now) => removeNodes(now, [from, to]),
      (now) => duplicateNodes(now, [from, to]).document,
      (now) => moveToLoop(now, [from], findNode(now, to)?.nodes ? to : null),
      (now) => connect(now, way),
      (now) => disconnect(now, way),
      (now) => moveWay(now, way, { to: ids[(other + 1) % ids.length] ?? to }),
      (now) => setInput(now, from, key, value),
      (now) => renameInput(now, from, key, "renamed"),
      (now) => renameLocally(now, new Map([[from, node.id]])),
      (now) => pasteClip(now, { nodes: sample().nodes.slice(1, 4) }).document,
    ];
    return edits[what]?.(document) ?? document;
  });

test("whatever is done is undone and done again, to equal documents", () => {
  fc.assert(
    fc.property(fc.array(anyEdit, { maxLength: 25 }), (edits) => {
      edit().open({
        route: "sample",
        base: { version: "1", document: sample() },
        draft: "test",
      });
      const states: PipelineDocument[] = [edit().document];
      for (const one of edits) {
        const steps = edit().past.length;
        edit().perform(one);
        if (edit().past.length > steps) states.push(edit().document);
        // Every state can be shown: nothing that an edit makes is unreadable.
        expect(readDocument(edit().document).problem).toBeUndefined();
      }
      const frozen = states.map((state) => JSON.stringify(state));

      for (const state of frozen.slice(0, -1).reverse()) {
        edit().undo();
        expect(JSON.stringify(edit().document)).toBe(state);
      }
      expect(edit().past).toEqual([]);
      for (const state of frozen.slice(1)) {
        edit().redo();
        expect(JSON.stringify(edit().document)).toBe(state);
      }
      expect(edit().future).toEqual([]);
    }),
    { numRuns: 150 },
  );
});

test("under another name it is still what is edited, until the address says so too", () => {
  edit().rebase("renamed", { version: "2", document: sample() });
  expect([edit().route, edit().left]).toEqual(["renamed", "sample"]);

  edit().rebase("renamed", { version: "3", document: sample() });
  expect(edit().left).toBe("sample");

  edit().arrive();
  expect(edit().left).toBeUndefined();
});
