import { expect, test } from "vitest";

import { findNode, loopOf } from "../document";
import { clipOf, duplicateNodes, pasteClip, readClip, textOfClip } from "./clip";
import { sample } from "./samples";

test("nodes are copied as text and pasted with ids that are free", () => {
  const text = textOfClip(clipOf(sample(), ["blur", "check"]));
  const { clip } = readClip(text);

  const pasted = pasteClip(sample(), clip ?? { nodes: [] });

  expect(pasted.ids).toEqual(["check2", "blur2"]);
  expect(findNode(pasted.document, "check2")).toMatchObject({
    then: { next: ["blur2"] },
    else: { next: [] },
  });
  expect(findNode(pasted.document, "blur2")?.next).toBeUndefined();
});

test("what is pasted names its own nodes by their new ids, and others as they are", () => {
  const pasted = duplicateNodes(sample(), ["each"]);

  expect(pasted.ids).toEqual(["each2"]);
  expect(findNode(pasted.document, "each2")).toMatchObject({
    items: "faces.out.answer",
    collect: { ok: ["judge2.out.ok"] },
  });
  expect(findNode(pasted.document, "judge2")?.after).toContain("crop2.out['size']");
});

test("a node of a loop is duplicated in the loop", () => {
  const { document, ids } = duplicateNodes(sample(), ["crop"]);

  expect(ids.map((id) => loopOf(document, id))).toEqual(["each"]);
});

test("a whole pipeline is pasted without its entry and end, if these are there", () => {
  const { clip } = readClip(JSON.stringify(sample()));

  const { ids } = pasteClip(sample(), clip ?? { nodes: [] });

  expect(ids).toEqual(["faces2", "each2", "check2", "blur2", "keep2"]);
});

const deep = `${"[".repeat(40)}${"]".repeat(40)}`;

test.each([
  ["no JSON at all", "hello", "no_json"],
  ["a number", "5", "no_nodes"],
  ["a page of HTML", "<img src=x onerror=alert(1)>", "no_json"],
  ["nodes without ids", '[{"type": "node"}]', "no_id"],
  ["an id that is no text", '[{"id": {}, "type": "node"}]', "no_id"],
  ["a type that is unknown", '[{"id": "a", "type": "exec"}]', "no_type"],
  [
    "one id twice",
    '[{"id": "a", "type": "node"}, {"id": "a", "type": "node"}]',
    "same_id",
  ],
  ["ways that are no ids", '[{"id": "a", "type": "node", "next": [5]}]', "no_list"],
  ["a loop without a body", '[{"id": "a", "type": "loop"}]', "no_nodes"],
  [
    "a key that is a trap",
    '[{"id": "a", "type": "node", "__proto__": {"x": 1}}]',
    "bad_key",
  ],
  ["too deep", `{"id": "a", "type": "node", "params": {"x": ${deep}}}`, "too_nested"],
  ["too long", `"${"x".repeat(1_100_000)}"`, "too_large"],
  [
    "too many nodes",
    JSON.stringify(
      Array.from({ length: 1001 }, (_, at) => ({ id: `n${String(at)}`, type: "node" })),
    ),
    "too_many",
  ],
])("%s is refused", (_, text, code) => {
  expect(readClip(text).problem?.code).toBe(code);
});
