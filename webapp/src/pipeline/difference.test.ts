import { expect, test } from "vitest";

import { differences } from "./difference";
import { setField } from "./edits/fields";
import { setInput } from "./edits/inputs";
import { addNode, newNode, removeNodes } from "./edits/nodes";
import { renameLocally } from "./edits/rename";
import { sample } from "./edits/samples";

test("a document does not differ from itself, or from an equal one", () => {
  expect(differences(sample(), sample())).toEqual([]);
});

test("each field that changed is told, inputs one by one", () => {
  let after = setInput(sample(), "blur", "areas", "each.out.ok");
  after = setField(after, "check", "then.exec", "x = 1");

  expect(differences(sample(), after)).toMatchObject([
    { kind: "changed", id: "check", fields: [{ field: "then.exec", after: "x = 1" }] },
    {
      kind: "changed",
      id: "blur",
      fields: [
        { field: "input.areas", before: "faces.out.answer", after: "each.out.ok" },
      ],
    },
  ]);
});

test("a rename is a rename, and what names the node did not change by it", () => {
  const after = renameLocally(sample(), new Map([["faces", "found"]]));

  expect(differences(sample(), after)).toMatchObject([
    { kind: "renamed", id: "found", from: "faces", fields: [] },
  ]);
});

test("a rename with another change tells both", () => {
  const renamed = renameLocally(sample(), new Map([["faces", "found"]]));
  const after = setField(renamed, "found", "retry", 2);

  expect(differences(sample(), after)).toMatchObject([
    { kind: "renamed", id: "found", fields: [{ field: "retry", after: 2 }] },
  ]);
});

test("another node in the place of one is no rename", () => {
  const removed = removeNodes(sample(), ["blur"]);
  const after = addNode(
    removed,
    newNode("service", "say", {
      service: "llm-generate",
      input: { prompt: "a.out.b" },
    }),
    { after: { id: "keep" } },
  );

  const kinds = differences(sample(), after).map((one) => one.kind);
  expect(kinds).toContain("added");
  expect(kinds).toContain("removed");
  expect(kinds).not.toContain("renamed");
});

test("where nodes are drawn is one line", () => {
  let after = setField(sample(), "blur", "position", { x: 1, y: 2 });
  after = setField(after, "crop", "position", { x: 3, y: 4 });

  expect(differences(sample(), after)).toEqual([
    { kind: "moved", ids: ["crop", "blur"] },
  ]);
});
