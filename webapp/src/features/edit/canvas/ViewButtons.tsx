/** Larger, smaller, all of it, tidied up. */
import IconButton from "@mui/material/IconButton";
import Paper from "@mui/material/Paper";
import { Panel, useReactFlow } from "@xyflow/react";

import { useTranslation } from "@/shared/i18n";

import { tidy } from "./arranging";
import { shownView } from "./view";

const MOVE_MS = 180;

export function ViewButtons() {
  const { t } = useTranslation();
  const flow = useReactFlow();
  const buttons: [label: string, glyph: string, act: () => void][] = [
    [t("task.zoom_out"), "M5 12h14", () => void flow.zoomOut({ duration: MOVE_MS })],
    [
      t("task.zoom_in"),
      "M5 12h14M12 5v14",
      () => void flow.zoomIn({ duration: MOVE_MS }),
    ],
    [
      t("canvas.whole"),
      "M4 9V4h5m6 0h5v5m0 6v5h-5m-6 0H4v-5",
      () => shownView()?.whole(),
    ],
    [
      t("canvas.tidy"),
      "M9 3h6v5H9zM3 16h6v5H3zM15 16h6v5h-6zM12 8v4M6 16v-4h12v4",
      tidy,
    ],
  ];
  return (
    <Panel position="bottom-right">
      <Paper sx={{ display: "flex", borderRadius: 1 }}>
        {buttons.map(([label, glyph, act]) => (
          <IconButton
            key={label}
            size="small"
            aria-label={label}
            title={label}
            onClick={act}
          >
            <svg
              aria-hidden
              width="18"
              height="18"
              viewBox="0 0 24 24"
              fill="none"
              stroke="currentColor"
              strokeWidth="1.8"
              strokeLinecap="round"
              strokeLinejoin="round"
            >
              <path d={glyph} />
            </svg>
          </IconButton>
        ))}
      </Paper>
    </Panel>
  );
}
