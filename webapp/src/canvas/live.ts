/**
 * How the nodes on the canvas are now: beside them, never within. Each node listens to
 * its own state, so that of two hundred only those that changed are drawn again.
 */
import { createContext, useContext } from "react";
import { createStore, type StoreApi, useStore } from "zustand";

/** How one node is. */
export interface NodeState {
  status: string;
  /** What stands on its badge, such as how long it took. */
  note?: string;
  /** The address of a picture of its output. */
  picture?: string;
  /** Its run was kept from the task that this one continues. */
  kept?: boolean;
  /** It called a pipeline, whose task can be opened. */
  calls?: boolean;
}

export interface Live {
  states: ReadonlyMap<string, NodeState>;
  selected: string | undefined;
  onSelect: (node: string) => void;
}

export type LiveStore = StoreApi<Live>;

export function createLive(): LiveStore {
  return createStore<Live>(() => ({
    states: new Map(),
    selected: undefined,
    onSelect: () => undefined,
  }));
}

export const LiveContext = createContext<LiveStore>(createLive());

export function useLive<Part>(part: (live: Live) => Part): Part {
  return useStore(useContext(LiveContext), part);
}

/** The state of one node. */
export function useNodeState(node: string): NodeState | undefined {
  return useLive(({ states }) => states.get(node));
}

/** The new states; one that says the same as before is the same object. */
export function withSameKept(
  before: ReadonlyMap<string, NodeState>,
  after: ReadonlyMap<string, NodeState>,
): ReadonlyMap<string, NodeState> {
  return new Map(
    [...after].map(([node, state]) => {
      const known = before.get(node);
      return [node, known && isSame(known, state) ? known : state];
    }),
  );
}

function isSame(one: NodeState, other: NodeState): boolean {
  return (
    one.status === other.status &&
    one.note === other.note &&
    one.picture === other.picture &&
    one.kept === other.kept &&
    one.calls === other.calls
  );
}
