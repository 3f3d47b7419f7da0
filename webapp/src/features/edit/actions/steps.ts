/** Back and forth, and what is done with the nodes that are chosen. */
import {
  clipOf,
  duplicateNodes,
  pasteClip,
  readClip,
  textOfClip,
} from "@/pipeline/edits/clip";
import { removeNodes } from "@/pipeline/edits/nodes";
import { findNode, loopOf, placedNodes } from "@/pipeline/document";
import { copy } from "@/shared/copy";

import { focusNode } from "../canvas/picking";
import { shownPicture } from "../canvas/shownPicture";
import { walked } from "../canvas/walking";
import { perform, useEdit } from "../store";
import { useUi } from "../ui";
import { words } from "../words";
import type { Action } from "./action";
import { shownKeys } from "./keys";

const edit = () => useEdit.getState();
const ui = () => useUi.getState();

/** The entry holds the name of the pipeline: it stays. */
function removable(): string[] {
  const { document, selection } = edit();
  return selection.filter((id) => findNode(document, id)?.type !== "entry");
}

const isAnyChosen = () => edit().selection.length > 0;

export const stepActions: Action[] = [
  {
    id: "undo",
    label: "edit.undo",
    group: "steps",
    keys: ["Mod+Z"],
    when: () => edit().past.length > 0,
    perform: () => {
      edit().undo();
    },
  },
  {
    id: "redo",
    label: "edit.redo",
    group: "steps",
    keys: ["Mod+Shift+Z", "Mod+Y"],
    when: () => edit().future.length > 0,
    perform: () => {
      edit().redo();
    },
  },
  {
    id: "cut",
    label: "edit.cut",
    group: "node",
    keys: ["Mod+X"],
    isNative: true,
    when: () => removable().length > 0,
    perform: () => {
      void copyChosen().then(removeChosen);
    },
  },
  {
    id: "copy",
    label: "edit.copy",
    group: "node",
    keys: ["Mod+C"],
    isNative: true,
    isReading: true,
    when: isAnyChosen,
    perform: () => {
      void copyChosen().then(tellCopied);
    },
  },
  {
    id: "paste",
    label: "edit.paste",
    group: "node",
    keys: ["Mod+V"],
    isNative: true,
    // Without a secure context a page may not read the clipboard: only what was copied
    // here is known. The key pastes everywhere.
    when: () => window.isSecureContext || lastCopied !== undefined,
    perform: () => {
      void pasteFromClipboard();
    },
  },
  {
    id: "duplicate",
    label: "edit.duplicate",
    group: "node",
    keys: ["Mod+D"],
    when: () => removable().length > 0,
    perform: () => {
      const done = duplicateNodes(edit().document, removable());
      perform(() => done.document, { select: done.ids });
    },
  },
  {
    id: "delete",
    label: "edit.delete",
    group: "node",
    keys: ["Delete", "Backspace"],
    when: () => removable().length > 0,
    perform: removeChosen,
  },
  {
    id: "rename",
    label: "edit.rename",
    group: "node",
    keys: ["F2"],
    when: () => edit().selection.length === 1,
    perform: () => {
      ui().openDialog("rename");
    },
  },
  {
    id: "select-all",
    label: "edit.select_all",
    group: "node",
    keys: ["Mod+A"],
    isReading: true,
    when: () => edit().document.nodes.length > 0,
    perform: () => {
      edit().select(placedNodes(edit().document).map(({ node }) => node.id));
    },
  },
];

export function removeChosen(): void {
  const ids = removable();
  const before = stayingBefore(ids);
  perform((document) => removeNodes(document, ids), { select: [] });
  // The keyboard goes on from there: its place is not lost with the node.
  focusNode(before);
  const notice = {
    text: words("edit.removed", { count: ids.length, id: ids[0] ?? "" }),
    remedy: {
      label: words("edit.undo"),
      perform: () => {
        edit().undo();
      },
    },
  };
  ui().tell(notice);
  // After the next change its button would take back something else.
  const stop = useEdit.subscribe((state, was) => {
    if (state.document === was.document) return;
    stop();
    if (ui().notice === notice) ui().dismiss();
  });
}

/** The nearest node upwards that is not among these. */
function stayingBefore(ids: readonly string[]): string | undefined {
  const { document } = edit();
  let found = ids[0];
  for (let step = 0; step < ids.length && found !== undefined; step += 1) {
    found = walked(document.nodes, shownPicture(), found, "up");
    if (found !== undefined && !ids.includes(found)) return found;
  }
  return document.nodes.find(({ id }) => !ids.includes(id))?.id;
}

/** What this window copied, for where it may not read the clipboard. */
let lastCopied: string | undefined;

/** What is chosen, as the text that is copied; undefined: nothing is. */
export function chosenText(): string | undefined {
  const { document, selection } = edit();
  if (selection.length === 0) return undefined;
  lastCopied = textOfClip(clipOf(document, selection));
  return lastCopied;
}

/** Say what was copied. */
export function tellCopied(): void {
  const count = edit().selection.length;
  ui().tell({ text: words("edit.copied", { count }) });
}

async function copyChosen(): Promise<void> {
  const text = chosenText();
  if (text === undefined) return;
  // Where the browser refuses it, it can be pasted in this window.
  await copy(text).catch(() => undefined);
}

async function pasteFromClipboard(): Promise<void> {
  const text = window.isSecureContext
    ? await navigator.clipboard.readText().catch(() => lastCopied)
    : lastCopied;
  if (text !== undefined) pasteText(text);
  else ui().tell({ text: words("edit.paste_by_key", { keys: shownKeys("Mod+V") }) });
}

/** Put nodes from a text into the level of what is chosen; say why not, if not. */
export function pasteText(text: string): void {
  const { clip, problem } = readClip(text);
  if (problem) {
    const reason = words(`edit.unreadable.${problem.code}`, { place: problem.place });
    ui().tell({ text: words("edit.not_pasted", { reason }) });
    return;
  }

  const { document, selection } = edit();
  const loop = selection[0] === undefined ? null : loopOf(document, selection[0]);
  const pasted = pasteClip(document, clip, loop);
  if (pasted.ids.length === 0) {
    ui().tell({
      text: words("edit.not_pasted", { reason: words("edit.nothing_to_paste") }),
    });
    return;
  }
  perform(() => pasted.document, { select: pasted.ids });
  ui().tell({ text: words("edit.pasted", { count: pasted.ids.length }) });
}
