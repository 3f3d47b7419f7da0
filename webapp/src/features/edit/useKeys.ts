/** Keys of the whole editor: each does the action that the registry has for it. */
import { useEffect } from "react";

import { actionOf } from "./actions/keys";
import { offeredActions } from "./actions/registry";
import { OF_EDITOR } from "./EditDialog";
import { useUi } from "./ui";

/**
 * What lies over the editor, and takes the keys. The editor's own dialogs do so only
 * while they are open: once closed, they keep the focus until they have left the page,
 * and a key that comes before would be lost.
 */
const ON_TOP = `[role=dialog]:not([${OF_EDITOR}] *), [role=menu]`;

export function useKeys(): void {
  useEffect(() => {
    const onKeyDown = (event: KeyboardEvent) => {
      // A dialog has keys of its own; so has what handled this press already.
      if (event.defaultPrevented || useUi.getState().dialog !== undefined) return;
      const target = event.target instanceof Element ? event.target : null;
      // Delete in a menu or in the window of a trial is not meant for the canvas.
      if (target?.closest(ON_TOP)) return;
      const action = actionOf(offeredActions(), event, target);
      if (!action) return;
      event.preventDefault();
      action.perform();
    };
    window.addEventListener("keydown", onKeyDown);
    return () => {
      window.removeEventListener("keydown", onKeyDown);
    };
  }, []);
}
