import { expect, test } from "vitest";

import type { PipelineDocument } from "@/pipeline/document";
import { findNode } from "@/pipeline/document";

import type { CheckedFault } from "./faultState";
import { remedyOf } from "./remedies";

const DOCUMENT: PipelineDocument = {
  nodes: [
    { id: "in", type: "entry", api: { route: "r", body: { who: "" } }, next: ["a"] },
    { id: "a", type: "node", input: { x: "inn.out.who" }, next: ["emd"] },
    { id: "end", type: "end", next: ["a"] },
  ],
};

function fault(more: Partial<CheckedFault>): CheckedFault {
  return { node: null, field: null, code: "", message: "", hint: "", ...more };
}

function mended(found: CheckedFault): PipelineDocument | undefined {
  return remedyOf(found, DOCUMENT, new Map())?.edit(DOCUMENT);
}

test("a misspelt target is replaced by the one that is meant", () => {
  const after = mended(
    fault({
      node: "a",
      field: "next",
      code: "unknown-next",
      message: "“a” leads to “emd”, but there is no such node",
      hint: "did you mean “end”?",
    }),
  );

  expect(after && findNode(after, "a")?.next).toEqual(["end"]);
});

test("of a reference only the misspelt word is replaced", () => {
  const after = mended(
    fault({
      node: "a",
      field: "input.x",
      code: "unknown-node",
      message: "“inn.out.who” names “inn”, but there is no such node",
      hint: "did you mean “in”?",
    }),
  );

  expect(after && findNode(after, "a")?.input).toEqual({ x: "in.out.who" });
});

test("of a step without such an output another output is proposed, not another step", () => {
  const after = mendedOf(
    fault({
      node: "end",
      field: "input.x",
      code: "no-such-output",
      message: "“a.out.z” is not among what “a” gives",
      hint: "it gives y",
    }),
    [
      { id: "in", type: "entry", api: { route: "r", body: { x: "" } }, next: ["a"] },
      { id: "a", type: "node", after: "node.out = {'y': 1}", next: ["end"] },
      { id: "end", type: "end", input: { x: "a.out.z" } },
    ],
  );

  expect(after?.at(-1)?.input).toEqual({ x: "a.out.y" });
});

test("a reference that led nowhere in a run is not made a text", () => {
  const after = mendedOf(
    fault({
      node: "end",
      field: "input.x",
      code: "bad-reference",
      message: "“a.out.z” leads nowhere: no “z” in a.out (it has y)",
      hint: "name a value that is there when the node starts",
    }),
    [
      { id: "in", type: "entry", api: { route: "r", body: { x: "" } }, next: ["a"] },
      { id: "a", type: "node", after: "node.out = {'y': 1}", next: ["end"] },
      { id: "end", type: "end", input: { x: "a.out.z" } },
    ],
  );

  expect(after?.at(-1)?.input).toEqual({ x: "a.out.y" });
});

test("an end that leads on loses its ways", () => {
  const after = mended(fault({ node: "end", field: "next", code: "end-with-next" }));

  expect(after && findNode(after, "end")).not.toHaveProperty("next");
});

const STORED: PipelineDocument = {
  nodes: [
    { id: "in", type: "entry", api: { route: "kept", body: {} }, next: ["old", "a"] },
    { id: "old", type: "node" },
  ],
};

function mendedOf(
  found: CheckedFault,
  nodes: PipelineDocument["nodes"],
  stored?: PipelineDocument,
) {
  const before = { nodes };
  return remedyOf(found, before, new Map(), stored)?.edit(before).nodes;
}

test("a lost entry comes back as it is stored, and leads to what is there", () => {
  const after = mendedOf(
    fault({ field: "nodes", code: "no-entry" }),
    [{ id: "a", type: "node" }],
    STORED,
  );

  expect(after?.[0]).toEqual({ ...STORED.nodes[0], next: ["a"] });
});

test("a new entry is called as the first of a new pipeline is", () => {
  const after = mendedOf(fault({ field: "nodes", code: "no-entry" }), [
    { id: "a", type: "node" },
  ]);

  expect(after?.[0]).toMatchObject({ id: "request", type: "entry", next: ["a"] });
});

test("a pipeline without nodes begins with an entry that leads to an end", () => {
  const after = mendedOf(fault({ field: "nodes", code: "empty" }), []);

  expect(after?.map(({ type, next }) => [type, next])).toEqual([
    ["entry", ["result"]],
    ["end", undefined],
  ]);
});

test("a loop without a body gets one, which ends each item", () => {
  const after = mendedOf(fault({ node: "each", field: "nodes", code: "empty" }), [
    { id: "each", type: "loop", items: "a.out.b", nodes: [] },
  ]);

  expect(after?.[0]?.nodes).toMatchObject([{ type: "node", next: ["loopEnd"] }]);
});

test("what takes a person has no button", () => {
  expect(mended(fault({ node: "a", code: "endless-cycle" }))).toBeUndefined();
});

test("a constant that names a secret becomes the template that was meant", () => {
  const headers = { key: { value: "Bearer {secrets.KEY}" } };
  const document: PipelineDocument = {
    nodes: [{ id: "ask", type: "http", url: "http://host", headers }],
  };
  const found = fault({
    node: "ask",
    field: "headers.key",
    code: "bad-value",
    hint: 'write {"template": "Bearer {secrets.KEY}"}',
  });
  const after = remedyOf(found, document, new Map())?.edit(document);

  expect(after && findNode(after, "ask")?.headers).toEqual({
    key: { template: "Bearer {secrets.KEY}" },
  });
});
