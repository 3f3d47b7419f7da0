/** Adding a node and connecting one, from what is chosen, in any view. */
import { PickerWindow } from "./PickerWindow";

export function AddDialog() {
  return <PickerWindow />;
}
