/** The coloured tile that says what a node is. */
import Box from "@mui/material/Box";

import type { PipelineNode } from "@/shared/api/types";
import { KIND } from "@/shared/theme";

import { KINDS } from "./registry";

interface TileProps {
  type: PipelineNode["type"];
  size?: number;
  /** A pipeline stands behind it. */
  stacked?: boolean;
}

export function Tile({ type, size = 36, stacked = false }: TileProps) {
  const [hue, tint] = KIND[type];
  const solid = type === "entry" || type === "end";

  return (
    <Box
      component="svg"
      aria-hidden
      viewBox="-6 -6 36 36"
      sx={{
        flex: "none",
        width: size,
        height: size,
        borderRadius: 1,
        bgcolor: tint,
        fill: "none",
        stroke: solid ? "var(--mui-palette-background-paper)" : hue,
        strokeWidth: 1.8,
        strokeLinecap: "round",
        strokeLinejoin: "round",
        ...(stacked && {
          boxShadow: `2px -2px 0 -0.5px var(--mui-palette-background-paper), 3px -3px 0 0 ${hue}`,
        }),
      }}
    >
      <path d={KINDS[type].glyph} />
    </Box>
  );
}
