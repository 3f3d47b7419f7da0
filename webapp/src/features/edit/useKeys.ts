/** Keys of the whole editor: each does the action that the registry has for it. */
import { useEffect } from "react";

import { actionOf } from "./actions/keys";
import { ACTIONS } from "./actions/registry";
import { useUi } from "./ui";

export function useKeys(): void {
  useEffect(() => {
    const onKeyDown = (event: KeyboardEvent) => {
      // A dialog has keys of its own; so has what handled this press already.
      if (event.defaultPrevented || useUi.getState().dialog !== undefined) return;
      const target = event.target instanceof Element ? event.target : null;
      const action = actionOf(ACTIONS, event, target);
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
