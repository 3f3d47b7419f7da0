/** Files that are pasted, or dropped anywhere on the page. */
import { useEffect, useEffectEvent } from "react";

/** `take` undefined: they are nobody's, and a dropped one does not replace the page. */
export function useFilesOfPage(take: ((files: File[]) => void) | undefined): void {
  const onFiles = useEffectEvent((event: Event, list: FileList | undefined) => {
    const files = [...(list ?? [])];
    if (files.length === 0) return;
    event.preventDefault();
    take?.(files);
  });

  useEffect(() => {
    const onPaste = (event: ClipboardEvent) => {
      onFiles(event, event.clipboardData?.files);
    };
    const onDrop = (event: DragEvent) => {
      onFiles(event, event.dataTransfer?.files);
    };
    // Without this the browser would open the file in the place of the page.
    const onDragOver = (event: DragEvent) => {
      if (event.dataTransfer?.types.includes("Files")) event.preventDefault();
    };

    document.addEventListener("paste", onPaste);
    document.addEventListener("drop", onDrop);
    document.addEventListener("dragover", onDragOver);
    return () => {
      document.removeEventListener("paste", onPaste);
      document.removeEventListener("drop", onDrop);
      document.removeEventListener("dragover", onDragOver);
    };
  }, []);
}
