/** The faults of the document, for other views. */
import { type CheckedFault, useFaultState } from "./faultState";

export function useFaults(): readonly CheckedFault[] {
  return useFaultState((state) => state.faults);
}
