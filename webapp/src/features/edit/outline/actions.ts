/** What is done in the outline alone; everything else is the same in all views. */
import { findPlaced, nodesIn, type PipelineDocument } from "@/pipeline/document";

import type { Action } from "../actions/action";
import { perform, useEdit } from "../store";
import { useUi } from "../ui";
import { shifted } from "./moving";

function chosen(): string | undefined {
  const { selection } = useEdit.getState();
  return selection.length === 1 ? selection[0] : undefined;
}

/** The views below 900 px and the outline have no graph in which nodes are moved. */
function isOutline(): boolean {
  return useUi.getState().view === "outline" || window.innerWidth < 900;
}

function canShift(by: 1 | -1): boolean {
  const id = chosen();
  const { document } = useEdit.getState();
  const placed = id === undefined ? undefined : findPlaced(document, id);
  if (!placed || !isOutline()) return false;
  return nodesIn(document, placed.loop)[placed.index + by] !== undefined;
}

const onChosen =
  (edit: (document: PipelineDocument, id: string) => PipelineDocument) => () => {
    const id = chosen();
    if (id !== undefined) perform((document) => edit(document, id));
  };

export const outlineActions: Action[] = [
  {
    id: "move-up",
    label: "edit.move_up",
    group: "node",
    keys: ["Alt+ArrowUp"],
    when: () => canShift(-1),
    perform: onChosen((document, id) => shifted(document, id, -1)),
  },
  {
    id: "move-down",
    label: "edit.move_down",
    group: "node",
    keys: ["Alt+ArrowDown"],
    when: () => canShift(1),
    perform: onChosen((document, id) => shifted(document, id, 1)),
  },
];
