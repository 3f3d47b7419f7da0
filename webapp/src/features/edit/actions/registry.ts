/** All that can be done in the editor. A part of it adds its list here. */
import { canvasActions } from "../canvas/actions";
import { outlineActions } from "../outline/actions";
import { useEdit, useReadOnly } from "../store";
import type { Action } from "./action";
import { documentActions } from "./document";
import { stepActions } from "./steps";
import { viewActions } from "./view";

export const ACTIONS: readonly Action[] = [
  ...documentActions,
  ...stepActions,
  ...canvasActions,
  ...outlineActions,
  ...viewActions,
];

const READING: readonly Action[] = ACTIONS.filter(({ isReading }) => isReading);

/** Those that who is here may do at all. */
export function offeredActions(): readonly Action[] {
  return useEdit.getState().readOnly ? READING : ACTIONS;
}

export function useActions(): readonly Action[] {
  return useReadOnly() ? READING : ACTIONS;
}

/** The action of an id. Those who ask know that it is there. */
export function actionCalled(id: string): Action {
  const action = ACTIONS.find((one) => one.id === id);
  if (!action) throw new Error(`there is no action “${id}”`);
  return action;
}

export function isOffered(id: string): boolean {
  return offeredActions().some((action) => action.id === id);
}
