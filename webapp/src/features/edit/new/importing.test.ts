import { expect, test } from "vitest";

import { candidates } from "./importing";

const text = (route: string) =>
  JSON.stringify({ nodes: [{ id: "request", type: "entry", api: { route } }] });

test("each file says what it would publish, or why it cannot", () => {
  const files = [
    { name: "a.json", text: text("album") },
    { name: "b.json", text: "{" },
    { name: "c.json", text: '{"nodes": []}' },
    { name: "d.json", text: text("album") },
    { name: "e.json", text: text("shop") },
  ];

  const found = candidates(files);

  expect(found.map(({ name, route }) => [name, route])).toEqual([
    ["a.json", "album"],
    ["b.json", ""],
    ["c.json", ""],
    ["d.json", "album"],
    ["e.json", "shop"],
  ]);
  expect(found.map(({ document }) => document !== undefined)).toEqual([
    true,
    false,
    false,
    false,
    true,
  ]);
  expect(found[2]?.unfit).toBe("no_route");
  expect(found[3]?.unfit).toBe("twice");
});
