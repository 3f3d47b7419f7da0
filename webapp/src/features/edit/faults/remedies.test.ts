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

test("an end that leads on loses its ways", () => {
  const after = mended(fault({ node: "end", field: "next", code: "end-with-next" }));

  expect(after && findNode(after, "end")).not.toHaveProperty("next");
});

test("what takes a person has no button", () => {
  expect(mended(fault({ node: "a", code: "endless-cycle" }))).toBeUndefined();
});
