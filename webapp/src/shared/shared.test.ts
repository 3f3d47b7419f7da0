import { expect, test } from "vitest";

import {
  bytes,
  duration,
  limitOf,
  listOf,
  moment,
  partOfBytes,
  secondsBetween,
  typeName,
  withArticle,
} from "./format";

test("a limit is never told larger than it is", () => {
  expect(limitOf(1024 ** 3, "en")).toBe("1 GB");
  expect(limitOf(1_290_000, "en")).toBe("1.2 MB");
  expect(limitOf(52_900_000, "fr")).toBe("52 Mo");
  expect(limitOf(999, "en")).toBe("999 B");
});

test("a time of last night says its day, one of today does not", () => {
  // In the zone of who runs this.
  const at = (day: number, hour: number) => new Date(2026, 11, day, hour).toISOString();
  const now = new Date(2026, 11, 2, 9).getTime();

  expect(moment(at(2, 3), "en-GB", now)).toBe("03:00:00");
  expect(moment(at(1, 23), "en-GB", now)).toBe("Tue 23:00:00");
  expect(moment(at(3, 2), "fr", now)).toBe("jeu. 02:00:00");
  expect(moment(at(1, 8), "fr", now)).toBe("1 déc. 2026, 08:00");
});

test("sizes and durations are short", () => {
  expect(bytes(1_234_567, "en")).toBe("1.2 MB");
  expect(bytes(40_000_000, "fr")).toBe("40 Mo");
  expect(duration(0.42, "en")).toBe("0.4 s");
  expect(duration(7200, "fr")).toBe("2 h");
  expect(duration(5400, "fr")).toBe("1,5 h");
  expect(duration(3600, "en")).toBe("1 h");
  expect(duration(3540, "en")).toBe("59 min");
  expect(duration(240, "en")).toBe("4 min");
  expect(duration(0.008, "en")).toBe("8 ms");
  expect(duration(0, "en")).toBe("<1 ms");
});

test("a task that runs has taken the time until now", () => {
  const began = "2026-11-30T05:00:00+00:00";

  expect(secondsBetween(began, null, Date.parse(began) + 1500)).toBe(1.5);
  expect(secondsBetween(began, "2026-11-30T05:00:02+00:00", 0)).toBe(2);
});

test("words stand in a list, and with an article, as people say them", () => {
  expect(listOf(["PNG", "JPEG"], "en")).toBe("PNG, JPEG");
  expect(listOf(["PNG", "JPEG"], "fr")).toBe("PNG ou JPEG");
  expect(
    ["GIF", "SVG", "PDF", "MP3", "Word"].map((one) => withArticle(one, "en")),
  ).toEqual(["a GIF", "an SVG", "a PDF", "an MP3", "a Word"]);
  expect(partOfBytes(12_000_000, 40_000_000, "en")).toEqual({
    done: "12",
    total: "40 MB",
  });
});

test("media types have the names that people know", () => {
  expect(typeName("image/jpeg")).toBe("JPEG");
  expect(typeName("x/y")).toBe("x/y");
});
