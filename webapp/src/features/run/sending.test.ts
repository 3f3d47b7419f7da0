import { expect, test } from "vitest";

import type { Chosen, Form } from "@/forms/form";
import { canContinue, toSend } from "./sending";

const kept: Chosen = {
  at: "a",
  key: "a",
  name: "a.png",
  type: "image/png",
  size: 1,
  url: "/b/a",
};
const fresh = new File(["x"], "x.png", { type: "image/png" });
const earlier = { task: "t", form: { values: { width: 1 }, files: { image: [kept] } } };

const form = (values: Form["values"], image: Chosen[]): Form => ({
  values,
  files: { image },
});

test.each([
  ["with a changed value", form({ width: 2 }, [kept]), true],
  ["with a value more", form({ width: 1, height: 2 }, [kept]), true],
  ["with a copy of the same file", form({ width: 1 }, [{ ...kept }]), true],
  ["with another file", form({ width: 1 }, [fresh]), false],
  ["without a value that was there", form({}, [kept]), false],
  ["without the file that was there", form({ width: 1 }, []), false],
  ["with one more file in the list", form({ width: 1 }, [kept, fresh]), false],
])("%s the earlier task is continued: %s", (_, changed, expected) => {
  expect(canContinue(changed, earlier)).toBe(expected);
});

test("files of the earlier task are not sent to one that continues it", async () => {
  expect(await toSend(form({ width: 2 }, [kept]), earlier)).toEqual({
    values: { width: 2 },
    files: { image: [] },
    continues: "t",
  });
});

test("without an earlier task everything is sent", async () => {
  expect(await toSend(form({}, [fresh]), undefined)).toEqual({
    values: {},
    files: { image: [fresh] },
    continues: undefined,
  });
});
