/** What is done with the whole pipeline. */
import { entryOf, routeOf } from "@/pipeline/document";

import { mayMake } from "../new/mayMake";
import { exportDocument, importDocument } from "../new/files";
import { askToRemove } from "../save/saving";
import { useEdit } from "../store";
import { useUi } from "../ui";
import { type Action, always } from "./action";

const edit = () => useEdit.getState();
const ui = () => useUi.getState();
const isStored = () => edit().base.version !== undefined;

export const documentActions: Action[] = [
  {
    id: "save",
    label: "edit.save",
    group: "document",
    keys: ["Mod+S"],
    when: always,
    perform: () => {
      ui().openDialog("save");
    },
  },
  {
    id: "versions",
    label: "edit.versions",
    group: "document",
    isReading: true,
    when: () => routeOf(edit().document) !== undefined,
    perform: () => {
      ui().openDialog("versions");
    },
  },
  {
    id: "export",
    label: "edit.export",
    group: "document",
    isReading: true,
    when: always,
    perform: () => {
      exportDocument(edit().document);
    },
  },
  {
    id: "import",
    label: "edit.import",
    group: "document",
    when: always,
    perform: () => {
      void importDocument();
    },
  },
  {
    id: "duplicate-pipeline",
    label: "edit.duplicate_pipeline",
    group: "document",
    isReading: true,
    when: () => entryOf(edit().document) !== undefined && mayMake(),
    perform: () => {
      ui().openDialog("duplicate");
    },
  },
  {
    id: "used-by",
    label: "edit.used_by",
    group: "document",
    isReading: true,
    when: isStored,
    perform: () => {
      ui().openDialog("users", edit().route);
    },
  },
  {
    id: "rename-route",
    label: "edit.rename_route",
    group: "document",
    when: isStored,
    perform: () => {
      ui().openDialog("reroute", edit().route);
    },
  },
  {
    id: "delete-pipeline",
    label: "edit.delete_pipeline",
    group: "document",
    when: isStored,
    perform: () => void askToRemove(),
  },
];
