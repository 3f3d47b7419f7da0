/**
 * The document that is edited, and its way there and back. The only truth of the editor:
 * canvas, outline and JSON show it, and change it by `perform` alone.
 */
import { create } from "zustand";

import { findNode, type PipelineDocument } from "@/pipeline/document";

/** What is stored, and was the document when editing began. */
export interface Base {
  /** The version that saving expects to be current; undefined: there is none yet. */
  version: string | undefined;
  document: PipelineDocument;
}

/** Who may look at a pipeline, and not change it. */
export interface ReadOnly {
  /** The space whose authors may; null: it belongs to others. */
  space: string | null;
}

/** A state to come back to. */
interface Step {
  document: PipelineDocument;
  selection: readonly string[];
  mark: string | undefined;
}

export type Edit = (document: PipelineDocument) => PipelineDocument;

export interface EditOptions {
  /**
   * Edits in a row with the same mark are one step: typing into one field, a drag.
   * `seal` ends it.
   */
  mark?: string;
  /** The nodes that are chosen then. */
  select?: readonly string[];
}

export interface EditState {
  /** The route that was opened; undefined: a new pipeline. */
  route: string | undefined;
  /** What it was called before, as long as the address still names that. */
  left: string | undefined;
  base: Base;
  /** Under which name its draft is kept. */
  draft: string;
  /** Set: nothing can be changed. */
  readOnly: ReadOnly | undefined;
  document: PipelineDocument;
  selection: readonly string[];
  past: readonly Step[];
  future: readonly Step[];
  /** Edits with the mark of the last step join it. */
  isOpen: boolean;

  /** Begin with a document; nothing can be undone then. */
  open: (opening: Opening) => void;
  /** Change the document. An edit that changes nothing is none. */
  perform: (edit: Edit, options?: EditOptions) => void;
  seal: () => void;
  undo: () => void;
  redo: () => void;
  select: (ids: readonly string[]) => void;
  /** It was stored under this version: what differs from it counts from now on. */
  rebase: (route: string, base: Base) => void;
  /** The address names the route that is edited. */
  arrive: () => void;
}

export interface Opening {
  route?: string | undefined;
  base: Base;
  /** The state to begin with, if it is another than the stored one. */
  document?: PipelineDocument;
  draft: string;
  readOnly?: ReadOnly | undefined;
}

export const EMPTY: PipelineDocument = { type: "pipeline", nodes: [] };

/** The base of a pipeline that was never stored. */
export const NOTHING: Base = { version: undefined, document: EMPTY };

/** Each is some hundred bytes: what stays the same in a document is kept once. */
const MAX_STEPS = 1000;

export const useEdit = create<EditState>()((set) => ({
  route: undefined,
  left: undefined,
  base: NOTHING,
  draft: "",
  readOnly: undefined,
  document: EMPTY,
  selection: [],
  past: [],
  future: [],
  isOpen: false,

  open: ({ route, base, document = base.document, draft, readOnly }) => {
    set({
      route,
      left: undefined,
      base,
      draft,
      readOnly,
      document,
      selection: [],
      past: [],
      future: [],
      isOpen: false,
    });
  },

  perform: (edit, options = {}) => {
    set((state) => performed(state, edit, options));
  },

  seal: () => {
    set({ isOpen: false });
  },

  undo: () => {
    set((state) => {
      const step = state.past.at(-1);
      if (!step) return state;
      return {
        document: step.document,
        selection: step.selection,
        past: state.past.slice(0, -1),
        future: [...state.future, stepOf(state, step.mark)],
        isOpen: false,
      };
    });
  },

  redo: () => {
    set((state) => {
      const step = state.future.at(-1);
      if (!step) return state;
      return {
        document: step.document,
        selection: step.selection,
        past: [...state.past, stepOf(state, step.mark)],
        future: state.future.slice(0, -1),
        isOpen: false,
      };
    });
  },

  select: (ids) => {
    set((state) => {
      const isSame =
        ids.length === state.selection.length &&
        ids.every((id, at) => id === state.selection[at]);
      // Another node, another field: what is typed there is a step of its own.
      return isSame ? state : { selection: [...ids], isOpen: false };
    });
  },

  rebase: (route, base) => {
    set((state) => ({
      route,
      base,
      left: state.route === route ? state.left : state.route,
    }));
  },
  arrive: () => {
    set({ left: undefined });
  },
}));

function performed(
  state: EditState,
  edit: Edit,
  { mark, select }: EditOptions,
): EditState | Partial<EditState> {
  if (state.readOnly) return state;
  const document = edit(state.document);
  if (document === state.document) return state;

  const last = state.past.at(-1);
  const joins = state.isOpen && mark !== undefined && last?.mark === mark;
  const past = joins ? state.past : [...state.past, stepOf(state, mark)];
  return {
    document,
    selection: (select ?? state.selection).filter((id) => findNode(document, id)),
    past: past.slice(-MAX_STEPS),
    future: [],
    isOpen: true,
  };
}

function stepOf(state: EditState, mark: string | undefined): Step {
  return { document: state.document, selection: state.selection, mark };
}

export function useReadOnly(): boolean {
  return useEdit((state) => state.readOnly !== undefined);
}

/** Change the document from outside of a component. */
export function perform(edit: Edit, options?: EditOptions): void {
  useEdit.getState().perform(edit, options);
}
