/** The last run of this pipeline that the editor knows, by node. */
import { create } from "zustand";

import type { PipelineDocument } from "@/pipeline/document";
import type { JsonObject, RunLine } from "@/shared/api/types";

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
  /** Of which item somebody asked for, by loop. */
  items: ReadonlyMap<string, number>;
  /** As they are now, or were at the end. */
  runs: ReadonlyMap<string, RunOfNode>;
  /** The same as the engine tells them, with their times. */
  lines: ReadonlyMap<string, RunLine>;
  /** As they were at the moment of the cursor. */
  shown: ReadonlyMap<string, RunOfNode>;
  /** Milliseconds since 1970; undefined: the present. */
  at: number | undefined;
  /** What nodes gave, as far as it was read: code is completed from it. */
  outs: ReadonlyMap<string, JsonObject>;
  /** The document that the task ran; unknown if its version is gone. */
  ran: PipelineDocument | undefined;
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
  items: new Map(),
  runs: new Map(),
  lines: new Map(),
  shown: new Map(),
  at: undefined,
  outs: new Map(),
  ran: undefined,
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
    items: new Map(),
    runs: new Map(),
    lines: new Map(),
    shown: new Map(),
    at: undefined,
    outs: new Map(),
    ran: undefined,
    blame: undefined,
    error: undefined,
  });
}

/** How a node is, or was at the moment that is looked at. */
export function useRunOf(node: string): RunOfNode | undefined {
  return useTry((state) => state.shown.get(node));
}

/** Whether a run had begun by then: before, nothing had gone into it. */
export function hasBegun(run: RunOfNode | undefined): boolean {
  return run !== undefined && !["pending", "waiting"].includes(run.status);
}

/** Whether it had ended: before, nothing had come out of it. */
export function hasEnded(run: RunOfNode | undefined): boolean {
  return run !== undefined && ENDED.has(run.status);
}

const ENDED = new Set(["succeeded", "skipped", "failed", "caught", "cancelled"]);
