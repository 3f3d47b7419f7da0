/** From keys that are pressed to actions. */
import type { Action } from "./action";

export interface Press {
  key: string;
  ctrlKey: boolean;
  metaKey: boolean;
  altKey: boolean;
  shiftKey: boolean;
}

export function isMac(platform = navigator.platform): boolean {
  return /mac|iphone|ipad/i.test(platform);
}

/** Whether a press is that of a key such as `Mod+Shift+Z`. */
export function isPressed(keys: string, press: Press, mac: boolean): boolean {
  const parts = keys.split("+");
  const key = parts.at(-1) === "" ? "+" : (parts.at(-1) ?? "");
  const asks = (name: string) => parts.slice(0, -1).includes(name);

  if (press.key.toLowerCase() !== key.toLowerCase()) return false;
  const mod = mac ? press.metaKey : press.ctrlKey;
  const otherMod = mac ? press.ctrlKey : press.metaKey;
  if (mod !== asks("Mod") || otherMod || press.altKey !== asks("Alt")) return false;
  // Where a sign stands on its key is a matter of the keyboard: `?` needs Shift or not.
  const isSign = key.length === 1 && key.toLowerCase() === key.toUpperCase();
  return isSign || press.shiftKey === asks("Shift");
}

/** Whether keys without Mod are typed here, and mean letters. */
export function isTyping(element: Element | null): boolean {
  if (!(element instanceof HTMLElement)) return false;
  if (element.isContentEditable || element.closest("[data-own-keys]")) return true;
  return element.matches("textarea, select, input:not([type=checkbox], [type=radio])");
}

const MODIFIED = /^(Mod|Alt)\+|^F\d+$/;

/** The action of a press, if there is one that can be done here and now. */
export function actionOf(
  actions: readonly Action[],
  press: Press,
  target: Element | null,
  mac = isMac(),
): Action | undefined {
  const typing = isTyping(target);
  // A code editor undoes what was typed in it, and copies what is chosen there.
  const isOwn = target?.closest("[data-own-keys]") != null;
  return actions.find(
    (action) =>
      !action.isNative &&
      action.keys?.some(
        (keys) =>
          isPressed(keys, press, mac) &&
          (!typing || (MODIFIED.test(keys) && !isKeptHere(keys, isOwn))),
      ) &&
      action.when(),
  );
}

/** What fields do by themselves, with the text that is chosen in them. */
const OF_TEXT = new Set(["Mod+C", "Mod+X", "Mod+V", "Mod+A", "Mod+D"]);
const OF_CODE = new Set(["Mod+Z", "Mod+Shift+Z", "Mod+Y", "Mod+F"]);

function isKeptHere(keys: string, isOwn: boolean): boolean {
  return OF_TEXT.has(keys) || (isOwn && OF_CODE.has(keys));
}

/** How a key is shown: `Ctrl+Z`, or `⌘Z` on a Mac. */
export function shownKeys(keys: string, mac = isMac()): string {
  const names = keys.split("+").map((name) => SHOWN[name]?.[mac ? 1 : 0] ?? name);
  return names.join(mac ? "" : "+");
}

const SHOWN: Record<string, [other: string, mac: string]> = {
  Mod: ["Ctrl", "⌘"],
  Shift: ["Shift", "⇧"],
  Alt: ["Alt", "⌥"],
  Delete: ["Del", "⌦"],
  Backspace: ["Backspace", "⌫"],
  Enter: ["Enter", "↵"],
  ArrowUp: ["↑", "↑"],
  ArrowDown: ["↓", "↓"],
  ArrowLeft: ["←", "←"],
  ArrowRight: ["→", "→"],
};
