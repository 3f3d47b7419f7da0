import { expect, test } from "vitest";

import type { Action } from "./action";
import { actionOf, isPressed, type Press, shownKeys } from "./keys";

function press(key: string, held: Partial<Press> = {}): Press {
  return {
    key,
    ctrlKey: false,
    metaKey: false,
    altKey: false,
    shiftKey: false,
    ...held,
  };
}

const action = (id: string, ...keys: string[]): Action => ({
  id,
  label: id,
  group: "node",
  keys,
  when: () => true,
  perform: () => undefined,
});

test.each([
  ["Mod+Z", press("z", { ctrlKey: true }), false, true],
  ["Mod+Z", press("Z", { ctrlKey: true, shiftKey: true }), false, false],
  ["Mod+Shift+Z", press("Z", { ctrlKey: true, shiftKey: true }), false, true],
  ["Mod+Z", press("z", { metaKey: true }), true, true],
  ["Mod+Z", press("z", { ctrlKey: true }), true, false],
  ["?", press("?", { shiftKey: true }), false, true],
  ["A", press("a"), false, true],
  ["A", press("a", { ctrlKey: true }), false, false],
  ["F8", press("F8"), false, true],
])("%s", (keys, pressed, mac, expected) => {
  expect(isPressed(keys, pressed, mac)).toBe(expected);
});

test("letters count where nothing is typed, keys with Ctrl everywhere", () => {
  const actions = [
    action("add", "A"),
    action("save", "Mod+S"),
    action("copy", "Mod+C"),
  ];
  const field = document.createElement("input");
  const found = (pressed: Press, target: Element) =>
    actionOf(actions, pressed, target, false)?.id;

  expect(found(press("a"), document.body)).toBe("add");
  expect(found(press("a"), field)).toBeUndefined();
  expect(found(press("s", { ctrlKey: true }), field)).toBe("save");
  expect(found(press("c", { ctrlKey: true }), field)).toBeUndefined();
});

test("a code editor undoes by itself", () => {
  const editor = document.createElement("div");
  editor.dataset.ownKeys = "";
  const actions = [action("undo", "Mod+Z"), action("save", "Mod+S")];

  expect(
    actionOf(actions, press("z", { ctrlKey: true }), editor, false),
  ).toBeUndefined();
  expect(actionOf(actions, press("s", { ctrlKey: true }), editor, false)?.id).toBe(
    "save",
  );
});

test("keys are shown as they stand on the keyboard", () => {
  expect(shownKeys("Mod+Shift+Z", false)).toBe("Ctrl+Shift+Z");
  expect(shownKeys("Mod+Shift+Z", true)).toBe("⌘⇧Z");
});
