/** The handle of the cursor above the timeline: back to any moment of a task. */
import Box from "@mui/material/Box";
import type { KeyboardEvent } from "react";

import { nextMoment } from "@/pipeline/moment";
import type { Span } from "@/pipeline/timeline";
import { duration } from "@/shared/format";
import { useTranslation } from "@/shared/i18n";

import { timeDrag } from "./timeDrag";
import { percent, shareOf } from "./timeScale";

export interface Cursor {
  /** Milliseconds since 1970; undefined: the present. */
  at: number | undefined;
  /** When something changed: keys go from one of them to the next. */
  moments: number[];
  onMove: (at: number | undefined) => void;
}

export function TimeCursor({ whole, cursor }: { whole: Span; cursor: Cursor }) {
  const { t, i18n } = useTranslation();
  const { at, moments, onMove } = cursor;
  const shown = at ?? whole.to;
  const share = shareOf(shown, whole);

  const onKeyDown = (event: KeyboardEvent) => {
    const steps: Record<string, () => number | undefined> = {
      ArrowLeft: () => nextMoment(moments, shown, -1) ?? whole.from,
      ArrowDown: () => nextMoment(moments, shown, -1) ?? whole.from,
      ArrowRight: () => nextMoment(moments, shown, 1),
      ArrowUp: () => nextMoment(moments, shown, 1),
      Home: () => whole.from,
      End: () => undefined,
      Escape: () => undefined,
    };
    const step = steps[event.key];
    if (!step) return;
    event.preventDefault();
    onMove(step());
  };

  const passed = duration((shown - whole.from) / 1000, i18n.language);
  return (
    <Box
      {...timeDrag(whole, onMove)}
      sx={{
        position: "relative",
        height: 20,
        cursor: "ew-resize",
        touchAction: "none",
      }}
    >
      <Box
        sx={{
          position: "absolute",
          insetInline: 0,
          top: 9,
          height: 2,
          borderRadius: 1,
          bgcolor: "divider",
        }}
      />
      <Box
        role="slider"
        tabIndex={0}
        aria-label={t("task.moment")}
        aria-valuemin={0}
        aria-valuemax={Math.round(whole.to - whole.from)}
        aria-valuenow={Math.round(shown - whole.from)}
        aria-valuetext={
          at === undefined
            ? t("task.moment_now")
            : t("task.moment_at", { time: passed })
        }
        onKeyDown={onKeyDown}
        sx={{
          position: "absolute",
          top: 3,
          width: 14,
          height: 14,
          ml: "-7px",
          borderRadius: "50%",
          border: "2px solid",
          borderColor: "primary.main",
          bgcolor: at === undefined ? "background.paper" : "primary.main",
        }}
        style={{ left: percent(share) }}
      />
    </Box>
  );
}
