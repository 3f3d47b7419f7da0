/** Buttons in the corner of a graph that change what of it is seen. */
import IconButton from "@mui/material/IconButton";
import Paper from "@mui/material/Paper";
import { Panel } from "@xyflow/react";

import { Glyph } from "@/shared/ui/Glyph";

export interface ViewButton {
  label: string;
  glyph: string;
  act: () => void;
}

export const VIEW_GLYPHS = {
  smaller: "M5 12h14",
  larger: "M5 12h14M12 5v14",
  whole: "M4 9V4h5m6 0h5v5m0 6v5h-5m-6 0H4v-5",
} as const;

interface ViewPanelProps {
  buttons: ViewButton[];
  direction: "row" | "column";
}

export function ViewPanel({ buttons, direction }: ViewPanelProps) {
  return (
    <Panel position="bottom-right">
      <Paper sx={{ display: "flex", flexDirection: direction, borderRadius: 1 }}>
        {buttons.map(({ label, glyph, act }) => (
          <IconButton
            key={label}
            size="small"
            aria-label={label}
            title={label}
            onClick={act}
          >
            <Glyph d={glyph} size={18} stroke={1.8} />
          </IconButton>
        ))}
      </Paper>
    </Panel>
  );
}
