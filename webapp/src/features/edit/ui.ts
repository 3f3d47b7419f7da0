/** What of the editor is shown: view, dialog, and the field that is asked for. */
import { create } from "zustand";

export const VIEWS = ["canvas", "outline", "json"] as const;
export type View = (typeof VIEWS)[number];

export type Dialog =
  | "save"
  | "versions"
  | "conflict"
  | "rename"
  | "duplicate"
  | "users"
  | "reroute"
  | "delete"
  | "commands"
  | "keys"
  | "palette"
  | "connect";

/** A field of a node that is to be shown and to have the focus. */
export interface FieldFocus {
  node: string;
  field: string | undefined;
  /** Goes up each time: the same field can be asked for again. */
  count: number;
}

export interface UiState {
  view: View;
  dialog: Dialog | undefined;
  /** The route that the dialog is about, if it is about one. */
  asked: string | undefined;
  focus: FieldFocus | undefined;
  /** What happened, in words, and how it is taken back. */
  notice: Notice | undefined;

  show: (view: View) => void;
  openDialog: (dialog: Dialog, asked?: string) => void;
  closeDialog: () => void;
  goTo: (node: string, field?: string) => void;
  tell: (notice: Notice) => void;
  dismiss: () => void;
}

export interface Notice {
  text: string;
  /** The word on a button, and what it does. */
  remedy?: { label: string; perform: () => void };
}

export const useUi = create<UiState>()((set) => ({
  view: "canvas",
  dialog: undefined,
  asked: undefined,
  focus: undefined,
  notice: undefined,

  show: (view) => {
    set({ view });
  },
  openDialog: (dialog, asked) => {
    set({ dialog, asked });
  },
  closeDialog: () => {
    set({ dialog: undefined });
  },
  goTo: (node, field) => {
    set((state) => ({ focus: { node, field, count: (state.focus?.count ?? 0) + 1 } }));
  },
  tell: (notice) => {
    set({ notice });
  },
  dismiss: () => {
    set({ notice: undefined });
  },
}));
