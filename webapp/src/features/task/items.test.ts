import { expect, test } from "vitest";

import type { LoopItem } from "@/shared/api/types";

import { indexIn, itemAt } from "./items";

test("the address of an item says which one of its loop it is", () => {
  expect(indexIn("faces[2]/parts[5]", "", "faces")).toBe(2);
  expect(indexIn("faces[2]/parts[5]", "faces[2]", "parts")).toBe(5);
});

test("an item of another loop, or of another activation, is none of this one", () => {
  expect(indexIn("faces[2]", "", "others")).toBeUndefined();
  expect(indexIn("faces[2]/parts[5]", "faces[1]", "parts")).toBeUndefined();
});

test("an item was pending, then running, then as it is", () => {
  const item = {
    status: "error",
    message: "no",
    started_at: "2026-01-01T00:00:01Z",
    ended_at: "2026-01-01T00:00:02Z",
  } as LoopItem;
  const status = (instant: string) => itemAt(item, Date.parse(instant))?.status;

  expect(status("2026-01-01T00:00:00Z")).toBe("pending");
  expect(status("2026-01-01T00:00:01.500Z")).toBe("running");
  expect(status("2026-01-01T00:00:02Z")).toBe("error");
});
