import { expect, test } from "vitest";

import type { Route, Schedule } from "@/shared/api/types";

import { missingServices, verdictOf } from "./verdict";

const route = (name: string, missing: string[] = [], type = "service") =>
  ({ route: name, type, missing, alive: missing.length === 0 }) as unknown as Route;

test("without a store nothing else matters", () => {
  const verdict = verdictOf([route("a", ["a"])], undefined, {
    status: "not ready",
    missing: { MongoDB: "refused" },
  });

  expect(verdict).toMatchObject({ tone: "failed", values: { stores: "MongoDB" } });
});

test("routes that cannot work are counted", () => {
  const verdict = verdictOf([route("a", ["a"]), route("b")], undefined, undefined);

  expect(verdict).toMatchObject({
    tone: "waiting",
    values: { routes: 1, services: "a" },
  });
});

test("a schedule that could start nothing is told, unless it is paused", () => {
  const schedule = (name: string, last_error: string | null, paused = false) =>
    ({ route: name, last_error, paused }) as unknown as Schedule;
  const ready = { status: "ready" as const };
  const well = [schedule("a", null), schedule("b", "refused", true)];

  const failing = verdictOf([], undefined, ready, [...well, schedule("c", "refused")]);

  expect(failing).toMatchObject({
    tone: "failed",
    key: "schedules.failing",
    values: { count: 1, routes: "c" },
  });
  expect(verdictOf([], undefined, ready, well).tone).toBe("ok");
});

test("when all is well it says how much there is", () => {
  const verdict = verdictOf([route("a"), route("p", [], "pipeline")], undefined, {
    status: "ready",
  });

  expect(verdict).toMatchObject({ tone: "ok", values: { services: 1, tasks: 0 } });
});

test("a missing service names the routes that need it, not itself", () => {
  const routes = [route("s", ["s"]), route("p", ["s"], "pipeline"), route("q", ["t"])];

  expect(missingServices(routes)).toEqual([
    ["s", ["p"]],
    ["t", ["q"]],
  ]);
});
