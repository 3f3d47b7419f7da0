/** Larger, smaller, all of it, tidied up. */
import { useReactFlow } from "@xyflow/react";

import { VIEW_GLYPHS, ViewPanel } from "@/canvas/ViewPanel";
import { useTranslation } from "@/shared/i18n";

import { useReadOnly } from "../store";
import { tidy } from "./placing";
import { shownView } from "./view";

const MOVE_MS = 180;

const TREE = "M9 3h6v5H9zM3 16h6v5H3zM15 16h6v5h-6zM12 8v4M6 16v-4h12v4";

export function ViewButtons() {
  const { t } = useTranslation();
  const flow = useReactFlow();
  const readOnly = useReadOnly();
  return (
    <ViewPanel
      direction="row"
      buttons={[
        {
          label: t("task.zoom_out"),
          glyph: VIEW_GLYPHS.smaller,
          act: () => void flow.zoomOut({ duration: MOVE_MS }),
        },
        {
          label: t("task.zoom_in"),
          glyph: VIEW_GLYPHS.larger,
          act: () => void flow.zoomIn({ duration: MOVE_MS }),
        },
        {
          label: t("canvas.whole"),
          glyph: VIEW_GLYPHS.whole,
          act: () => shownView()?.whole(),
        },
        ...(readOnly ? [] : [{ label: t("canvas.tidy"), glyph: TREE, act: tidy }]),
      ]}
    />
  );
}
