import { expect, test } from "vitest";

import type { Figures, Route } from "@/shared/api/types";

import { sorted } from "./sorting";

const line = (route: string, figures?: Partial<Figures>) => ({
  route: { route } as Route,
  figures: figures as Figures | undefined,
});

test("the worst of many stand first, those of which nothing is known last", () => {
  const lines = [
    line("a", { failed: 0, p95: 3 }),
    line("b"),
    line("c", { failed: 7, p95: null }),
    line("d", { failed: 0, p95: 9 }),
  ];
  const names = (by: Parameters<typeof sorted>[1]) =>
    sorted(lines, by)
      .map(({ route }) => route.route)
      .join("");

  expect(names("failed")).toBe("cadb");
  expect(names("p95")).toBe("dabc");
  expect(names(undefined)).toBe("abcd");
});
