import { expect, test } from "vitest";

import { type NodeState, withSameKept } from "./live";

test("only a node that changed has another state", () => {
  const before = new Map<string, NodeState>([
    ["a", { status: "working", note: "1 s" }],
    ["b", { status: "pending" }],
  ]);

  const after = withSameKept(
    before,
    new Map<string, NodeState>([
      ["a", { status: "working", note: "2 s" }],
      ["b", { status: "pending" }],
    ]),
  );

  expect(after.get("a")).not.toBe(before.get("a"));
  expect(after.get("b")).toBe(before.get("b"));
});
