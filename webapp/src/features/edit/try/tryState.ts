/** The last run of this pipeline that the editor knows, by node. */
import { create } from "zustand";

import type { PipelineDocument } from "@/pipeline/document";
import type { JsonObject } from "@/shared/api/types";

import type { Blame } from "./blame";

export interface RunOfNode {
  status: string;
  note?: string;
  /** Kept from the task before. */
  reused: boolean;
}

export interface TryState {
  task: string | undefined;
  /** The frame whose runs are shown, for each loop: the path of an item. */
  paths: ReadonlyMap<string, string>;
  runs: ReadonlyMap<string, RunOfNode>;
  /** What nodes gave, as far as it was read: code is completed from it. */
  outs: ReadonlyMap<string, JsonObject>;
  /** The document that the task ran; unknown if its version is gone. */
  ran: PipelineDocument | undefined;
  /** What it was started with has changed since. */
  newInput: boolean;
  /** Steps that the next run keeps. */
  spared: ReadonlySet<string>;
  starting: boolean;
  /** Where the task failed; undefined: it did not, or that is not known yet. */
  blame: Blame | undefined;
  /** The task that was started in this window. */
  own: string | undefined;
  /** Why the last start was refused. */
  error: unknown;
  dialog: boolean;
  /** The node up to which the dialog shall run; undefined: all of it. */
  upTo: string | undefined;
}

export const useTry = create<TryState>(() => ({
  task: undefined,
  paths: new Map(),
  runs: new Map(),
  outs: new Map(),
  ran: undefined,
  newInput: false,
  spared: new Set(),
  starting: false,
  blame: undefined,
  own: undefined,
  error: undefined,
  dialog: false,
  upTo: undefined,
}));

export const setTry = useTry.setState;

/** Look at another run, or at none. */
export function openTask(task: string | undefined): void {
  setTry({
    task,
    paths: new Map(),
    runs: new Map(),
    outs: new Map(),
    ran: undefined,
    blame: undefined,
    error: undefined,
  });
}

export function useRunOf(node: string): RunOfNode | undefined {
  return useTry((state) => state.runs.get(node));
}
