/** From one fault to the next. */
import type { Action } from "../actions/action";
import { showField } from "../showField";
import { useEdit } from "../store";
import { useFaultState } from "./faultState";

/** Show a fault: its node is chosen, its field gets the focus. */
export function goToFault(at: number): void {
  const { faults } = useFaultState.getState();
  const fault = faults[at];
  if (!fault) return;
  useFaultState.setState({ at });
  if (fault.node === null) return;
  showField(fault.node, fault.field);
}

function step(by: 1 | -1): void {
  const { faults, at } = useFaultState.getState();
  const { selection } = useEdit.getState();
  // The first press goes to the fault that is shown, if another node is chosen.
  const shown = faults[at];
  const isThere = shown?.node != null && selection.includes(shown.node);
  const next = isThere ? (at + by + faults.length) % faults.length : at;
  goToFault(next);
}

const isAny = () => useFaultState.getState().faults.length > 0;

export const faultActions: Action[] = [
  {
    id: "next-fault",
    label: "canvas.action.next_fault",
    group: "view",
    keys: ["F8"],
    when: isAny,
    perform: () => {
      step(1);
    },
  },
  {
    id: "previous-fault",
    label: "canvas.action.previous_fault",
    group: "view",
    keys: ["Shift+F8"],
    when: isAny,
    perform: () => {
      step(-1);
    },
  },
];
