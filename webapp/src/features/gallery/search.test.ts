import { expect, test } from "vitest";

import type { Route } from "@/shared/api/types";

import { found } from "./search";

const route = (name: string, missing: string[], tags: string[] = []) =>
  ({ route: name, summary: "", description: "", missing, tags }) as unknown as Route;

const ROUTES = [
  route("shop-scans", ["image-sharpen"], ["shop"]),
  route("press-scans", [], ["press"]),
];

const names = (query: string, tag?: string) =>
  found(ROUTES, query, tag).map((one) => one.route);

test("routes are found by their words, and by the services that they lack", () => {
  expect(names("scans")).toEqual(["shop-scans", "press-scans"]);
  expect(names("image-sharpen")).toEqual(["shop-scans"]);
  expect(names("scans", "press")).toEqual(["press-scans"]);
});
