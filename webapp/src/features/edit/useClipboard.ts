/**
 * Copy, cut and paste by the events of the browser: unlike its clipboard, these are
 * there without a secure context, and ask for no permission.
 */
import { useEffect } from "react";

import { isTyping } from "./actions/keys";
import { isOffered } from "./actions/registry";
import { chosenText, pasteText, removeChosen, tellCopied } from "./actions/steps";
import { useUi } from "./ui";

export function useClipboard(): void {
  useEffect(() => {
    const copy = (event: ClipboardEvent) => {
      if (isForText() || !isOffered(event.type)) return;
      const text = chosenText();
      if (text === undefined) return;
      event.preventDefault();
      event.clipboardData?.setData("text/plain", text);
      if (event.type === "cut") removeChosen();
      else tellCopied();
    };
    const paste = (event: ClipboardEvent) => {
      if (isForText() || !isOffered(event.type)) return;
      event.preventDefault();
      pasteText(event.clipboardData?.getData("text/plain") ?? "");
    };

    window.addEventListener("copy", copy);
    window.addEventListener("cut", copy);
    window.addEventListener("paste", paste);
    return () => {
      window.removeEventListener("copy", copy);
      window.removeEventListener("cut", copy);
      window.removeEventListener("paste", paste);
    };
  }, []);
}

/** Whether text is meant, that of a field or what is marked on the page. */
function isForText(): boolean {
  const isDialog = useUi.getState().dialog !== undefined;
  const isMarked = window.getSelection()?.isCollapsed === false;
  return isDialog || isMarked || isTyping(window.document.activeElement);
}
