/** Puts a text into the clipboard, also where the page has no secure context. */
export async function copy(text: string): Promise<void> {
  if (window.isSecureContext) {
    await navigator.clipboard.writeText(text);
    return;
  }

  const area = document.createElement("textarea");
  area.value = text;
  document.body.append(area);
  area.select();
  // Deprecated, and the only way on http://name.lan.
  document.execCommand("copy");
  area.remove();
}
