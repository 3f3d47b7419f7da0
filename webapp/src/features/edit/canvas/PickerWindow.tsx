/** The small window in which a step, a target or a node is chosen by name. */
import Box from "@mui/material/Box";
import Popover from "@mui/material/Popover";
import ToggleButton from "@mui/material/ToggleButton";
import ToggleButtonGroup from "@mui/material/ToggleButtonGroup";
import { type KeyboardEvent, useState } from "react";

import { Tile } from "@/canvas/nodes/Tile";
import { findNode, LOOP_END, placedNodes } from "@/pipeline/document";
import { type EditSide, endMark, sidesOf } from "@/pipeline/editWays";
import { levelsAround, verdictsOf } from "@/pipeline/reach";
import type { PipelineNode } from "@/shared/api/types";
import { useTranslation } from "@/shared/i18n";

import { useEdit } from "../store";
import { type Picker, setCanvas, useCanvas } from "./canvasState";
import { type Choice, ChoiceList } from "./ChoiceList";
import { docSide, insertItem, toggleWay } from "./insert";
import { focusNode } from "./picking";
import { usePaletteChoices } from "./usePaletteChoices";
import { shownView } from "./view";

const WIDTH = 320;
const MAX_HEIGHT = 380;

/** As high as what is in it, until that has to be scrolled. */
const COLUMN = {
  display: "flex",
  flexDirection: "column",
  width: "100%",
  minHeight: 0,
} as const;

export function PickerWindow() {
  const { t } = useTranslation();
  const picker = useCanvas((state) => state.picker);

  const close = () => {
    setCanvas({ picker: undefined });
    focusNode(useEdit.getState().selection.at(-1));
  };
  return (
    <Popover
      open={picker !== undefined}
      onClose={close}
      anchorReference="anchorPosition"
      anchorPosition={{ left: picker?.at.x ?? 0, top: picker?.at.y ?? 0 }}
      transitionDuration={0}
      disableRestoreFocus
      slotProps={{
        paper: {
          "aria-label": picker ? t(`canvas.picker.${picker.kind}`) : "",
          role: "dialog",
          sx: {
            width: WIDTH,
            maxHeight: MAX_HEIGHT,
            display: "flex",
            borderRadius: 1.5,
          },
        },
      }}
    >
      {picker?.kind === "add" && <AddPicker picker={picker} />}
      {picker?.kind === "connect" && <ConnectPicker picker={picker} />}
      {picker?.kind === "find" && <FindPicker />}
    </Popover>
  );
}

function AddPicker({ picker }: { picker: Extract<Picker, { kind: "add" }> }) {
  const { t } = useTranslation();
  const [query, setQuery] = useState("");
  const { choices, itemOf } = usePaletteChoices(query);
  const { spot } = picker;

  const setSide = (side: EditSide) => {
    if (spot.kind !== "after") return;
    setCanvas({ picker: { ...picker, spot: { ...spot, side } } });
  };
  return (
    <Box sx={COLUMN}>
      {spot.kind === "after" && (
        <Sides from={spot.from} side={spot.side} onSide={setSide} />
      )}
      <Box sx={COLUMN}>
        <ChoiceList
          label={t("canvas.picker.add")}
          query={query}
          onQuery={setQuery}
          choices={choices}
          none={t("canvas.nothing_found", { query })}
          autoFocus
          onKey={sideKeys(spot.kind === "after" ? spot : undefined, setSide)}
          onChoose={(key) => {
            const item = itemOf(key);
            if (item) insertItem(item, spot);
          }}
        />
      </Box>
    </Box>
  );
}

interface SidesProps {
  from: string;
  side: EditSide;
  onSide: (side: EditSide) => void;
}

/** On which side of a node: Ctrl with an arrow changes it without leaving the field. */
function Sides({ from, side, onSide }: SidesProps) {
  const { t } = useTranslation();
  const node = useEdit(({ document }) => findNode(document, from));
  if (!node) return null;
  return (
    <Box
      sx={{
        display: "flex",
        alignItems: "center",
        gap: 2,
        px: 3,
        pt: 2.5,
        fontSize: 12,
      }}
    >
      <Box
        sx={{ color: "text.secondary", overflow: "hidden", textOverflow: "ellipsis" }}
      >
        {from}
      </Box>
      <ToggleButtonGroup
        size="small"
        exclusive
        value={side}
        aria-label={t("canvas.side_of", { node: from })}
        onChange={(_, chosen: EditSide | null) => {
          if (chosen !== null) onSide(chosen);
        }}
      >
        {sidesOf(node).map((one) => (
          <ToggleButton
            key={one}
            value={one}
            sx={{ py: 0, px: 2, textTransform: "none", fontSize: 12 }}
          >
            {t(`canvas.side.${one}`)}
          </ToggleButton>
        ))}
      </ToggleButtonGroup>
    </Box>
  );
}

function sideKeys(
  start: { from: string; side: EditSide } | undefined,
  onSide: (side: EditSide) => void,
) {
  return (event: KeyboardEvent): boolean => {
    const step = { ArrowLeft: -1, ArrowRight: 1 }[event.key];
    if (!start || step === undefined || !(event.ctrlKey || event.metaKey)) return false;
    const node = findNode(useEdit.getState().document, start.from);
    const sides = node ? sidesOf(node) : [];
    const next =
      sides[(sides.indexOf(start.side) + step + sides.length) % sides.length];
    if (next !== undefined) onSide(next);
    return true;
  };
}

function ConnectPicker({ picker }: { picker: Extract<Picker, { kind: "connect" }> }) {
  const { t } = useTranslation();
  const [query, setQuery] = useState("");
  const document = useEdit((state) => state.document);
  const { from, side } = picker;
  const setSide = (next: EditSide) => {
    setCanvas({ picker: { ...picker, side: next } });
  };

  const verdicts = verdictsOf(document.nodes, { from, side });
  const loop = levelsAround(document.nodes, from)[0]?.loop ?? null;
  const targets: { id: string; node: PipelineNode | undefined; mark: string }[] =
    placedNodes(document).map(({ node }) => ({ id: node.id, node, mark: node.id }));
  if (loop !== null) {
    targets.unshift({ id: LOOP_END, node: undefined, mark: endMark(loop) });
  }
  const choices = targets
    .filter(({ id }) => id !== from || query !== "")
    .filter(({ id }) => id.toLowerCase().includes(query.toLowerCase()))
    .map(({ id, node, mark }): Choice & { possible: boolean } => {
      const reason = verdicts.get(mark);
      return {
        key: id,
        possible: reason === undefined || reason === "already",
        // One that is connected is disconnected by choosing it again.
        disabled: reason !== undefined && reason !== "already",
        content: (
          <NodeRow
            id={id === LOOP_END ? t("canvas.item_ends") : id}
            node={node}
            note={
              reason === "already"
                ? t("canvas.connected")
                : reason && t(`canvas.reason.${reason}`)
            }
          />
        ),
      };
    })
    .sort((one, other) => Number(other.possible) - Number(one.possible));

  return (
    <Box sx={COLUMN}>
      <Sides from={from} side={side} onSide={setSide} />
      <Box sx={COLUMN}>
        <ChoiceList
          label={t("canvas.picker.connect")}
          query={query}
          onQuery={setQuery}
          choices={choices}
          none={t("canvas.nothing_found", { query })}
          autoFocus
          onKey={sideKeys(picker, setSide)}
          onChoose={(to) => {
            toggleWay({ from, side: docSide(side), to });
          }}
        />
      </Box>
    </Box>
  );
}

function FindPicker() {
  const { t } = useTranslation();
  const [query, setQuery] = useState("");
  const document = useEdit((state) => state.document);
  const asked = query.toLowerCase();
  const choices = placedNodes(document)
    .filter(({ node }) =>
      [node.id, node.service, node.description, node.type].some((text) =>
        text?.toLowerCase().includes(asked),
      ),
    )
    .map(({ node }) => ({
      key: node.id,
      content: <NodeRow id={node.id} node={node} note={node.description} />,
    }));
  return (
    <Box sx={COLUMN}>
      <ChoiceList
        label={t("canvas.picker.find")}
        query={query}
        onQuery={setQuery}
        choices={choices}
        none={t("canvas.nothing_found", { query })}
        autoFocus
        onChoose={(id) => {
          setCanvas({ picker: undefined });
          useEdit.getState().select([id]);
          shownView()?.show(id);
          focusNode(id);
        }}
      />
    </Box>
  );
}

interface NodeRowProps {
  id: string;
  node: PipelineNode | undefined;
  note: string | undefined;
}

function NodeRow({ id, node, note }: NodeRowProps) {
  return (
    <Box sx={{ display: "flex", gap: 2, alignItems: "center" }}>
      {node && <Tile type={node.type} size={22} />}
      <Box>
        <Box sx={{ fontWeight: 600 }}>{id}</Box>
        {note && <Box sx={{ fontSize: 11.5, color: "text.secondary" }}>{note}</Box>}
      </Box>
    </Box>
  );
}
