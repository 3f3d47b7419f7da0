/** Leads to a field: its node is chosen, and it gets the focus. */
import { useEdit } from "./store";
import { useUi } from "./ui";

export function showField(node: string, field?: string | null): void {
  useEdit.getState().select([node]);
  useUi.getState().goTo(node, field ?? undefined);
}
