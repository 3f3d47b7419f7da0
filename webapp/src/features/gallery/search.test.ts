import { expect, test } from "vitest";

import type { Route } from "@/shared/api/types";

import { found, LENT, spacesIn } from "./search";

const NOTHING = { summary: "", description: "", missing: [], tags: [], space: null };

const pipeline = (route: string, more: Partial<Route> = {}) =>
  ({ ...NOTHING, type: "pipeline", route, ...more }) as unknown as Route;

const SCANS = [
  pipeline("shop-scans", { missing: ["image-sharpen"], tags: ["shop"] }),
  pipeline("press-scans", { tags: ["press"] }),
];

const names = (routes: Route[], sought: Parameters<typeof found>[1]) =>
  found(routes, sought).map((one) => one.route);

test("routes are found by their words, and by the services that they lack", () => {
  expect(names(SCANS, { query: "scans" })).toEqual(["shop-scans", "press-scans"]);
  expect(names(SCANS, { query: "image-sharpen" })).toEqual(["shop-scans"]);
  expect(names(SCANS, { query: "scans", tag: "press" })).toEqual(["press-scans"]);
});

test("spaces can be chosen if there are several; services serve all of them", () => {
  const routes = [
    pipeline("sketch", { space: "art" }),
    pipeline("weigh", { space: "lab" }),
    pipeline("borrowed"),
    { ...pipeline("face-detect"), type: "service" as const },
  ];

  expect(spacesIn(routes)).toEqual([LENT, "art", "lab"]);
  expect(spacesIn(SCANS)).toEqual([]);
  expect(names(routes, { query: "", space: "art" })).toEqual(["sketch", "face-detect"]);
  expect(names(routes, { query: "", space: LENT })).toEqual([
    "borrowed",
    "face-detect",
  ]);
});
