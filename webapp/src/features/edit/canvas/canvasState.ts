/** What is going on at the canvas now; nothing of it is in the document. */
import type { Connection } from "@xyflow/react";
import { create } from "zustand";

import type { EditSide } from "@/pipeline/editWays";
import type { Point } from "@/pipeline/layout";
import type { PlacedWay } from "@/pipeline/place";
import type { Reason, Start } from "@/pipeline/reach";

/** A way that is being drawn, and where it cannot lead. */
export interface Drawing extends Start {
  verdicts: ReadonlyMap<string, Reason | undefined>;
}

/** Where a new node goes. */
export type Spot =
  | { kind: "after"; from: string; side: EditSide; at?: Point }
  | { kind: "on"; way: PlacedWay }
  | { kind: "loose"; loop: string | null; at?: Point };

/** A small window at a place of the screen in which something is chosen by name. */
export type Picker =
  | { kind: "add"; at: Point; spot: Spot }
  | { kind: "connect"; at: Point; from: string; side: EditSide }
  | { kind: "find"; at: Point };

/** Inputs that a new way makes possible: Tab accepts them. */
export interface Proposal {
  node: string;
  inputs: Record<string, string>;
}

interface CanvasState {
  drawing: Drawing | undefined;
  /** The way or the loop that lights up: what is held would be dropped there. */
  lit: string | undefined;
  picker: Picker | undefined;
  /** Where the menu of the chosen steps is open. */
  menu: Point | undefined;
  proposal: Proposal | undefined;
  /** The way that is chosen; nodes are chosen in the document's store. */
  way: string | undefined;
  /** Nodes that move by themselves now, to where the layout puts them. */
  settling: boolean;
}

export const useCanvas = create<CanvasState>(() => ({
  drawing: undefined,
  lit: undefined,
  picker: undefined,
  menu: undefined,
  proposal: undefined,
  way: undefined,
  settling: false,
}));

export const setCanvas = useCanvas.setState;

/** The side at which React Flow's connection begins. */
export function startOf({ source, sourceHandle }: Connection): Start {
  return { from: source, side: (sourceHandle ?? "next") as EditSide };
}
