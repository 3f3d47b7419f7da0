/** Lets the browser save something that the page has made. */

// By then the browser has begun to read it.
const READ_MS = 60_000;

export function save(name: string, content: Blob): void {
  const url = URL.createObjectURL(content);
  const link = document.createElement("a");
  link.href = url;
  link.download = name;
  link.click();
  window.setTimeout(() => {
    URL.revokeObjectURL(url);
  }, READ_MS);
}
