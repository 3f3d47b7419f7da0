import { expect, test } from "vitest";

import type { Figures, Route } from "@/shared/api/types";

import { found, inState, LENT, spacesIn } from "./search";

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

test("pipelines are found that did not run of late, that failed, or that cannot run", () => {
  const routes = [
    pipeline("busy", { alive: true }),
    pipeline("idle", { alive: true }),
    pipeline("failing", { alive: true }),
    pipeline("away", { alive: false }),
    { ...pipeline("face-detect"), type: "service" as const },
  ];
  const figures = (calls: number, failed: number) => ({ calls, failed }) as Figures;
  const known = { busy: figures(3, 0), failing: figures(3, 1), away: figures(1, 0) };
  const names = (state: Parameters<typeof inState>[1]) =>
    inState(routes, state, known).map(({ route }) => route);

  expect(names("idle")).toEqual(["idle"]);
  expect(names("failing")).toEqual(["failing"]);
  expect(names("away")).toEqual(["away"]);
});
