import { expect, test } from "vitest";

import type { TaskLine } from "@/shared/api/types";

import { MAX_CHOSEN, resumable, running, withPage, withTask } from "./chosen";

const task = (id: string, change: Partial<TaskLine> = {}) =>
  ({
    id,
    status: "error",
    cancelled: false,
    created_at: `2026-12-01T03:00:0${id}Z`,
    ...change,
  }) as TaskLine;
const ids = (tasks: TaskLine[]) => tasks.map(({ id }) => id).join("");

test("a task is chosen, and not any more", () => {
  const two = withTask(withTask([], task("1")), task("2"));

  expect(ids(two)).toBe("12");
  expect(ids(withTask(two, task("1")))).toBe("2");
});

test("a page is chosen as a whole; what is chosen elsewhere stays", () => {
  const page = [task("1"), task("2"), task("3")];
  const before = [task("9"), task("2")];

  const all = withPage(before, page);

  expect(ids(all)).toBe("9123");
  expect(ids(withPage(all, page))).toBe("9");
});

test("of too many the ones that were chosen first go", () => {
  const many = Array.from({ length: MAX_CHOSEN }, (_, index) => task(`a${index}`));

  const chosen = withTask(many, task("1"));

  expect(chosen).toHaveLength(MAX_CHOSEN);
  expect(chosen.at(-1)?.id).toBe("1");
});

test("what failed goes on, the oldest first; what was stopped does not", () => {
  const tasks = [
    task("3"),
    task("1"),
    task("2", { cancelled: true }),
    task("4", { status: "finished" }),
    task("5", { status: "running" }),
  ];

  expect(ids(resumable(tasks))).toBe("13");
  expect(ids(running(tasks))).toBe("5");
});
