/** Writes a draft at every change, and removes it when there is nothing to keep. */
import { create } from "zustand";

import { isEqual } from "@/pipeline/equal";

import { useEdit } from "../store";
import { useJsonText } from "../json/jsonText";
import { putDraft, removeDraft } from "./database";
import { SESSION } from "./windows";

interface Keeping {
  /** The browser has no database, or no room in it. */
  isRefused: boolean;
}

export const useKeeping = create<Keeping>(() => ({ isRefused: false }));

/** The name of the draft of a route in this window. */
export function draftKey(route: string): string {
  return `${route} ${SESSION}`;
}

/** The name of the draft of a pipeline that has no route yet. */
export function newDraftKey(): string {
  const bytes = crypto.getRandomValues(new Uint8Array(6));
  return Array.from(bytes, (byte) => byte.toString(36)).join("");
}

let isWriting = false;
let isDue = false;

/** Begin to keep drafts; returns how to stop. Every change is written at once. */
export function keepDrafts(): () => void {
  // What was opened already differs from what is stored: a copy, a new pipeline.
  const { document, base } = useEdit.getState();
  if (document !== base.document) write();

  const stopDocument = useEdit.subscribe((state, before) => {
    const isSame =
      state.document === before.document &&
      state.base === before.base &&
      state.draft === before.draft;
    // Opening is no change: what was found stays until something is done. Who has
    // undone all that was done can do it again.
    const isUntouched = state.past.length === 0 && state.future.length === 0;
    const isOpened = state.draft !== before.draft || isUntouched;
    if (!isSame && !(isOpened && state.document === state.base.document)) write();
  });
  const stopText = useJsonText.subscribe(write);
  return () => {
    stopDocument();
    stopText();
  };
}

function write(): void {
  // One write at a time, and after it the newest state: typing never waits for it.
  if (isWriting) {
    isDue = true;
    return;
  }
  isWriting = true;
  void writeNow().finally(() => {
    isWriting = false;
    if (!isDue) return;
    isDue = false;
    write();
  });
}

/** Write the draft as it is now; resolves when a crash would not lose it any more. */
export async function writeNow(): Promise<void> {
  const { draft: key, route, base, document } = useEdit.getState();
  const { text, of } = useJsonText.getState();
  if (key === "") return;

  try {
    if (text === undefined && isEqual(document, base.document)) {
      await removeDraft(key);
    } else {
      const at = new Date().toISOString();
      await putDraft({ key, route, base, document, text, of, session: SESSION, at });
    }
    useKeeping.setState({ isRefused: false });
  } catch {
    useKeeping.setState({ isRefused: true });
  }
}
