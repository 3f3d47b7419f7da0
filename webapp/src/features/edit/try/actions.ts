/** Running what is edited, as records. */
import { entryOf } from "@/pipeline/document";

import type { Action } from "../actions/action";
import { useEdit } from "../store";
import { run } from "./run";
import { setTry, useTry } from "./tryState";

const canRun = () =>
  entryOf(useEdit.getState().document) !== undefined && !useTry.getState().starting;

export const tryActions: Action[] = [
  {
    id: "run",
    label: "canvas.action.run",
    group: "document",
    keys: ["Mod+Enter"],
    when: canRun,
    perform: () => void run(),
  },
  {
    id: "run-up-to",
    label: "canvas.action.run_up_to",
    group: "document",
    keys: ["Mod+Shift+Enter"],
    when: () => canRun() && useEdit.getState().selection.length === 1,
    perform: () => void run(useEdit.getState().selection[0]),
  },
  {
    id: "run-input",
    label: "canvas.action.run_input",
    group: "document",
    keys: ["Alt+Enter"],
    when: canRun,
    perform: () => {
      setTry({ dialog: true, upTo: undefined });
    },
  },
];
