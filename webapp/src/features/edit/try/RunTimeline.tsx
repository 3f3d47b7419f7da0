/** The time of the last run: its cursor puts canvas and panel to a moment of it. */
import Box from "@mui/material/Box";
import { useMemo } from "react";

import { AsItWas } from "@/canvas/time/AsItWas";
import { TimeCursor } from "@/canvas/time/TimeCursor";
import { momentsOf } from "@/pipeline/moment";
import type { TaskStatus } from "@/shared/api/types";
import { useNow } from "@/shared/useNow";
import { ended } from "@/shared/useTask";

import { setTry, useTry } from "./tryState";

export function RunTimeline({ status }: { status: TaskStatus }) {
  const at = useTry((state) => state.at);
  const lines = useTry((state) => state.lines);
  const now = useNow(!ended(status));
  const moments = useMemo(() => momentsOf(lines.values()), [lines]);
  const from = Date.parse(status.created_at);
  const to = status.ended_at === null ? now : Date.parse(status.ended_at);

  const move = (next: number | undefined) => {
    setTry({ at: next });
  };
  return (
    <>
      <Box sx={{ width: 220, maxWidth: "100%" }}>
        <TimeCursor whole={{ from, to }} cursor={{ at, moments, onMove: move }} />
      </Box>
      {at !== undefined && (
        <AsItWas
          seconds={(at - from) / 1000}
          onNow={() => {
            move(undefined);
          }}
        />
      )}
    </>
  );
}
