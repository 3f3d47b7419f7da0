/** What shows a file, by its type: a part of the page, the browser's own viewer, nothing. */

export type Viewer = "image" | "audio" | "video" | "pdf" | "text" | "nothing";

const MEDIA = ["image", "audio", "video"] as const;

// All of it is read into the page before it is shown.
const PDF_BYTES = 50_000_000;

/** `showsPdf`: whether the browser has a viewer within a page; telephones have none. */
export function viewerOf(
  file: { type: string; size: number },
  showsPdf = navigator.pdfViewerEnabled,
): Viewer {
  const [kind] = file.type.split("/");
  const medium = MEDIA.find((one) => one === kind);
  if (medium) return medium;
  if (file.type === "application/pdf") {
    return showsPdf && file.size <= PDF_BYTES ? "pdf" : "nothing";
  }
  // HTML of strangers is shown as text, never as a page.
  return kind === "text" || file.type === "application/json" ? "text" : "nothing";
}
