/** What can be done at the canvas, as records: menu, keys and help read them. */
import { findNode, loopOf, loopsAround } from "@/pipeline/document";
import { moveToLoop } from "@/pipeline/edits/nodes";
import { disconnect } from "@/pipeline/edits/ways";
import { sidesOf } from "@/pipeline/editWays";

import { type Action, always } from "../actions/action";
import { faultActions } from "../faults/actions";
import { perform, useEdit } from "../store";
import { tryActions } from "../try/actions";
import { useUi } from "../ui";
import { align, alignable, nudge, tidy } from "./placing";
import { setCanvas, useCanvas } from "./canvasState";
import { docWay } from "./insert";
import type { Alignment } from "./moving";
import { spotOfSelection } from "./Palette";
import { openAdd, placeOf } from "./picking";
import { shownPicture } from "./shownPicture";
import { shownView } from "./view";

const edit = () => useEdit.getState();
const isCanvas = () => useUi.getState().view === "canvas";
const chosen = () => edit().selection.at(-1);

function chosenNode() {
  const id = chosen();
  return id === undefined ? undefined : findNode(edit().document, id);
}

function chosenWay() {
  const { way } = useCanvas.getState();
  return shownPicture().ways.find(({ id }) => id === way);
}

const STEP = 12;
const NUDGES = [
  ["nudge-up", "Alt+ArrowUp", 0, -STEP],
  ["nudge-down", "Alt+ArrowDown", 0, STEP],
  ["nudge-left", "Alt+ArrowLeft", -STEP, 0],
  ["nudge-right", "Alt+ArrowRight", STEP, 0],
] as const;

const ALIGNMENTS: Alignment[] = ["left", "center", "right", "top", "middle", "bottom"];

export const canvasActions: Action[] = [
  {
    id: "add",
    label: "canvas.action.add",
    group: "node",
    keys: ["A"],
    when: always,
    perform: () => {
      openAdd(placeOf(chosen()), spotOfSelection());
    },
  },
  {
    id: "connect",
    label: "canvas.action.connect",
    group: "ways",
    keys: ["C"],
    when: () => chosenNode() !== undefined && chosenNode()?.type !== "end",
    perform: () => {
      const node = chosenNode();
      const side = node ? sidesOf(node)[0] : undefined;
      if (!node || side === undefined) return;
      setCanvas({
        picker: { kind: "connect", at: placeOf(node.id), from: node.id, side },
      });
    },
  },
  {
    id: "delete-way",
    label: "canvas.action.delete_way",
    group: "ways",
    keys: ["Delete", "Backspace"],
    when: () =>
      isCanvas() && edit().selection.length === 0 && chosenWay()?.implied === false,
    perform: () => {
      const way = chosenWay();
      if (way) perform((document) => disconnect(document, docWay(way)));
      setCanvas({ way: undefined });
    },
  },
  {
    id: "into-loop",
    label: "canvas.action.into_loop",
    group: "node",
    keys: ["I"],
    when: () => loopBefore() !== undefined,
    perform: () => {
      const loop = loopBefore();
      if (loop === undefined) return;
      perform((document) => moveToLoop(document, edit().selection, loop));
    },
  },
  {
    id: "out-of-loop",
    label: "canvas.action.out_of_loop",
    group: "node",
    keys: ["O"],
    when: () => {
      const id = chosen();
      return id !== undefined && loopOf(edit().document, id) !== null;
    },
    perform: () => {
      const id = chosen();
      if (id === undefined) return;
      const around = loopsAround(edit().document, id)[1] ?? null;
      perform((document) => moveToLoop(document, edit().selection, around));
    },
  },
  {
    id: "find",
    label: "canvas.action.find",
    group: "view",
    keys: ["F", "Mod+F"],
    isReading: true,
    when: always,
    perform: () => {
      setCanvas({ picker: { kind: "find", at: placeOf(undefined) } });
    },
  },
  {
    id: "whole",
    label: "canvas.action.whole",
    group: "view",
    keys: ["Shift+1", "!"],
    isReading: true,
    when: () => shownView() !== undefined,
    perform: () => shownView()?.whole(),
  },
  {
    id: "tidy",
    label: "canvas.action.tidy",
    group: "view",
    keys: ["L"],
    when: isCanvas,
    perform: tidy,
  },
  ...ALIGNMENTS.map((how): Action => ({
    id: `align-${how}`,
    label: `canvas.action.align_${how}`,
    group: "node",
    when: () => isCanvas() && alignable().length > 1,
    perform: () => {
      align(how);
    },
  })),
  ...NUDGES.map(([id, keys, x, y]): Action => ({
    id,
    label: `canvas.action.${id.replace("-", "_")}`,
    group: "node",
    keys: [keys],
    when: () => isCanvas() && edit().selection.length > 0,
    perform: () => {
      nudge(x, y);
    },
  })),
  ...faultActions,
  ...tryActions,
];

/** The loop that stands before the chosen node in its level, or beside it. */
function loopBefore(): string | undefined {
  const id = chosen();
  if (id === undefined || !isCanvas()) return undefined;
  const { document } = edit();
  const level = loopOf(document, id);
  const box = shownPicture().boxes.find((one) => one.id === id);
  const loops = shownPicture().boxes.filter(
    (one) => one.kind === "loop" && one.loop === level && one.id !== id,
  );
  const away = (one: { x: number; y: number }) =>
    Math.abs(one.x - (box?.x ?? 0)) + Math.abs(one.y - (box?.y ?? 0));
  return loops.sort((one, other) => away(one) - away(other))[0]?.id;
}
