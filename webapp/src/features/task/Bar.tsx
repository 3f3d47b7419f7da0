/** When a run worked, failed and waited, as a bar within the time of its task. */
import { memo } from "react";

import { percent } from "@/canvas/time/timeScale";
import type { Part } from "@/pipeline/timeline";
import { toneColor } from "@/shared/theme";

export const BAR_COLOURS = {
  work: toneColor("running"),
  failed: toneColor("failed"),
  // Hatched, so that waiting is no matter of colour alone.
  wait: `repeating-linear-gradient(135deg, ${toneColor("waiting")} 0 2px, transparent 2px 6px)`,
};

/**
 * Styles of all bars, for the element around them: there may be some hundred bars, and
 * styles of their own would cost more than the bars. `--at` is where the cursor is.
 */
export const BAR_STYLES = {
  "& .bar": {
    position: "relative",
    height: 36,
    cursor: "ew-resize",
    touchAction: "pan-y",
  },
  "& .bar::after": {
    content: '""',
    position: "absolute",
    insetBlock: 0,
    left: "var(--at)",
    width: 2,
    marginLeft: "-1px",
    background: "var(--cursor, transparent)",
  },
  "& .part": {
    position: "absolute",
    top: 15,
    height: 6,
    minWidth: 3,
    borderRadius: 4,
  },
  "& .part.work": { background: BAR_COLOURS.work, opacity: 0.6 },
  "& .part.failed": { background: BAR_COLOURS.failed },
  "& .part.wait": { background: BAR_COLOURS.wait },
  "& .bold .part": { top: 12, height: 12, opacity: 1 },
};

export const Parts = memo(function Parts({ parts }: { parts: Part[] }) {
  return parts.map(({ kind, from, to }, index) => (
    <div
      key={index}
      className={`part ${kind}`}
      style={{
        left: `min(${percent(from)}, calc(100% - 3px))`,
        width: percent(to - from),
      }}
    />
  ));
});
