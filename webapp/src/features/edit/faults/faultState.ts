/** The faults that the engine found in the document, by the nodes that have them. */
import { create } from "zustand";

import type { Fault } from "@/shared/api/types";

export type CheckedFault = Fault;

interface FaultState {
  faults: readonly CheckedFault[];
  byNode: ReadonlyMap<string, readonly CheckedFault[]>;
  /** The engine has answered for the document as it is now. */
  settled: boolean;
  /** The engine did not answer when it was asked last. */
  away: boolean;
  /** The fault that is shown, by its number in the list. */
  at: number;
}

export const useFaultState = create<FaultState>(() => ({
  faults: [],
  byNode: new Map(),
  settled: false,
  away: false,
  at: 0,
}));

const NONE: readonly CheckedFault[] = [];

export function useFaultsOf(node: string): readonly CheckedFault[] {
  return useFaultState((state) => state.byNode.get(node) ?? NONE);
}

export function isError(fault: CheckedFault): boolean {
  return fault.level !== "warning";
}

export function faultKey({ node, field, code, message }: CheckedFault): string {
  return [node, field, code, message].join("\n");
}

/** Errors first. A node whose faults stay the same keeps its list: it is not redrawn. */
export function setFaults(found: readonly CheckedFault[]): void {
  const faults = [...found].sort(
    (one, other) => Number(isError(other)) - Number(isError(one)),
  );
  useFaultState.setState(({ byNode, at }) => {
    const lists = new Map<string, CheckedFault[]>();
    for (const fault of faults) {
      if (fault.node === null) continue;
      lists.set(fault.node, [...(lists.get(fault.node) ?? []), fault]);
    }
    const next = new Map<string, readonly CheckedFault[]>();
    for (const [node, list] of lists) {
      const before = byNode.get(node);
      const isSame =
        before?.length === list.length &&
        list.every(
          (fault, index) => faultKey(fault) === faultKey(before[index] ?? fault),
        );
      next.set(node, isSame ? before : list);
    }
    return {
      faults,
      byNode: next,
      settled: true,
      away: false,
      at: Math.min(at, Math.max(0, faults.length - 1)),
    };
  });
}
