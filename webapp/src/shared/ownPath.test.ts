import { expect, test } from "vitest";

import { ownPath } from "./ownPath";

test.each(["/task/1?node=a", "/ml/history", "/"])("%s is one's own", (path) => {
  expect(ownPath(path, "/else")).toBe(path);
});

test.each([
  "//evil.example",
  "/\\evil.example",
  "https://evil.example",
  "javascript:alert(1)",
  "/\t/evil.example",
  "evil.example",
  "/x\r\ny",
  "/" + "x".repeat(600),
  "",
])("%j is none", (path) => {
  expect(ownPath(path, "/else")).toBe("/else");
});
