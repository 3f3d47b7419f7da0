import { expect, test } from "vitest";

import type { RunLine } from "@/shared/api/types";

import { blameOf } from "./blame";

const line = (status: string, more: object = {}): RunLine =>
  ({ status, fault: null, items: null, ...more }) as unknown as RunLine;

const failed = (message: string, field: string | null = null) =>
  line("failed", { fault: { code: "failed", message, field, hint: "", line: null } });

const LOOP = line("failed", { items: { done: 0, failed: 1, total: 2 } });

test("a failure in the body of a loop is that of the node in it", () => {
  const body = { crop: failed("areas.0: Input should be a valid array") };

  const blame = blameOf("each", { each: LOOP }, new Map([["each", body]]));

  expect(blame).toMatchObject({ node: "crop", field: "input.areas" });
});

test("until the runs of the item are known nobody is to blame", () => {
  expect(blameOf("each", { each: LOOP }, new Map())).toBeUndefined();
});

test("a run that was read before its end blames nobody", () => {
  const going = line("looping", { items: { done: 0, failed: 0, total: 2 } });

  const body = { crop: line("working") };
  expect(blameOf("each", { each: going }, new Map([["each", body]]))).toBeUndefined();
});

test("a loop without items, and one whose items did not fail, failed itself", () => {
  const own = line("failed", { fault: { message: "no list", field: "items" } });

  expect(blameOf("each", { each: own }, new Map())).toMatchObject({ field: "items" });
  const body = { crop: line("succeeded") };
  expect(blameOf("each", { each: LOOP }, new Map([["each", body]]))?.node).toBe("each");
});

test("the field that the engine names counts more than the words of the message", () => {
  const runs = { step: failed("ValueError: no number", "after") };

  expect(blameOf("step", runs, new Map())?.field).toBe("after");
});

test("the kind of an exception is no input", () => {
  const runs = { step: failed("the service answered with 500") };

  expect(blameOf("step", runs, new Map())?.field).toBeUndefined();
});
