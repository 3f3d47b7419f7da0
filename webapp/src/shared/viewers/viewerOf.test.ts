/** What shows a file of each type. */
import { expect, test } from "vitest";

import { viewerOf } from "./viewerOf";

test.each([
  ["image/png", "image"],
  ["image/svg+xml", "image"],
  ["audio/wav", "audio"],
  ["video/webm", "video"],
  ["application/pdf", "pdf"],
  ["text/html", "text"],
  ["application/json", "text"],
  ["application/zip", "nothing"],
  ["", "nothing"],
])("%s: %s", (type, viewer) => {
  expect(viewerOf({ type, size: 10 }, true)).toBe(viewer);
});

test("a PDF that is very large, or that the browser cannot show, is downloaded", () => {
  expect(viewerOf({ type: "application/pdf", size: 60_000_000 }, true)).toBe("nothing");
  expect(viewerOf({ type: "application/pdf", size: 10 }, false)).toBe("nothing");
});
