/** Puts a text into the clipboard, also where the page has no secure context. */
export async function copy(text: string): Promise<void> {
  if (window.isSecureContext) {
    await navigator.clipboard.writeText(text);
    return;
  }

  const focused = document.activeElement;
  const area = document.createElement("textarea");
  area.value = text;
  area.readOnly = true;
  area.style.cssText = "position: fixed; opacity: 0";
  // Beside what was pressed: a dialog takes the focus back from what is outside of it.
  (focused?.parentElement ?? document.body).append(area);
  area.select();
  // Deprecated, and the only way on http://name.lan.
  const isCopied = document.execCommand("copy");
  area.remove();
  if (focused instanceof HTMLElement) focused.focus();
  if (!isCopied) throw new Error("the browser does not let the page copy");
}
