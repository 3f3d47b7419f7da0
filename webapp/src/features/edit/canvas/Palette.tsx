/** The list beside the canvas: search, then Enter, or drag onto canvas or way. */
import Box from "@mui/material/Box";
import { useState } from "react";

import { findNode } from "@/pipeline/document";
import { sidesOf } from "@/pipeline/editWays";
import { useTranslation } from "@/shared/i18n";

import { useEdit } from "../store";
import type { Spot } from "./canvasState";
import { useCanvas } from "./canvasState";
import { ChoiceList } from "./ChoiceList";
import { insertItem } from "./insert";
import { shownPicture } from "./shownPicture";
import { ITEM_TYPE } from "./useDropping";
import { usePaletteChoices } from "./usePaletteChoices";

export function Palette() {
  const { t } = useTranslation();
  const [query, setQuery] = useState("");
  const { choices, itemOf } = usePaletteChoices(query);

  return (
    <Box
      component="aside"
      aria-label={t("canvas.palette")}
      sx={{ height: "100%", minHeight: 0, bgcolor: "background.paper" }}
    >
      <ChoiceList
        label={t("canvas.search")}
        query={query}
        onQuery={setQuery}
        choices={choices}
        none={t("canvas.nothing_found", { query })}
        onChoose={(key) => {
          const item = itemOf(key);
          if (item) insertItem(item, spotOfSelection());
        }}
        draggable={(key, { dataTransfer }) => {
          const item = itemOf(key);
          if (!item) return;
          dataTransfer.setData(ITEM_TYPE, JSON.stringify(item));
          dataTransfer.effectAllowed = "copy";
        }}
      />
    </Box>
  );
}

/** Where a new node goes when nobody points at a place: on or behind what is chosen. */
export function spotOfSelection(): Spot {
  const { document, selection } = useEdit.getState();
  const way = shownPicture().ways.find(({ id }) => id === useCanvas.getState().way);
  if (way) return { kind: "on", way };

  const chosen = selection.at(-1);
  const node = chosen === undefined ? undefined : findNode(document, chosen);
  const side = node ? sidesOf(node)[0] : undefined;
  if (node && side !== undefined) return { kind: "after", from: node.id, side };
  return beforeEnd() ?? { kind: "loose", loop: null };
}

/** With nothing chosen, or the end, it goes where the work ends. */
function beforeEnd(): Spot | undefined {
  const { document } = useEdit.getState();
  const end = document.nodes.find(({ type }) => type === "end");
  const ways = shownPicture().ways.filter(({ to }) => to === end?.id);
  const way = ways.length === 1 ? ways[0] : undefined;
  if (way) return { kind: "on", way };
  const entry = document.nodes.find(({ type }) => type === "entry");
  return entry && document.nodes.length === 1
    ? { kind: "after", from: entry.id, side: "next" }
    : undefined;
}
