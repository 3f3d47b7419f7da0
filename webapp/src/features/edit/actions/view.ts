/** What is shown: views, dialogs, help. */
import { useUi, type View } from "../ui";
import { type Action, always } from "./action";

const ui = () => useUi.getState();

const VIEW_KEYS: Record<View, string> = {
  canvas: "Alt+1",
  outline: "Alt+2",
  json: "Alt+3",
};

function viewAction(view: View): Action {
  return {
    id: `view-${view}`,
    label: `edit.view_${view}`,
    group: "view",
    keys: [VIEW_KEYS[view]],
    isReading: true,
    when: () => ui().view !== view,
    perform: () => {
      ui().show(view);
    },
  };
}

export const viewActions: Action[] = [
  viewAction("canvas"),
  viewAction("outline"),
  viewAction("json"),
  {
    id: "commands",
    label: "edit.commands",
    group: "help",
    keys: ["Mod+K"],
    isReading: true,
    when: always,
    perform: () => {
      ui().openDialog("commands");
    },
  },
  {
    id: "keys",
    label: "edit.keys",
    group: "help",
    keys: ["?"],
    isReading: true,
    when: always,
    perform: () => {
      ui().openDialog("keys");
    },
  },
];
