/** All steps as a table, with the time each took as a bar of the whole. */
import Box from "@mui/material/Box";
import type { CSSProperties, ReactNode } from "react";

import { AsItWas } from "@/canvas/time/AsItWas";
import { type Cursor, TimeCursor } from "@/canvas/time/TimeCursor";
import { percent, shareOf } from "@/canvas/time/timeScale";
import type { Span } from "@/pipeline/timeline";
import type { PipelineNode } from "@/shared/api/types";
import { duration } from "@/shared/format";
import { useTranslation } from "@/shared/i18n";
import { DenseTable } from "@/shared/ui/DenseTable";

import { BAR_COLOURS, BAR_STYLES } from "./Bar";
import { StepRow } from "./StepRow";
import { STEP_STYLES } from "./stepStyles";
import type { Placed } from "./useTaskRuns";

export interface Step {
  node: PipelineNode;
  /** How many loops it is in. */
  depth: number;
  placed: Placed | undefined;
  /** When the delay of a step began, if it has one. */
  ledAt: number | undefined;
}

interface StepTableProps {
  steps: Step[];
  whole: Span;
  now: number;
  /** The runs that the task had to wait for. */
  critical: ReadonlySet<string>;
  cursor: Cursor;
  selected: string | undefined;
  onSelect: (node: string) => void;
}

export function StepTable(props: StepTableProps) {
  const { steps, whole, now, critical, cursor, selected, onSelect } = props;
  const { t, i18n } = useTranslation();
  const seconds = (whole.to - whole.from) / 1000;
  const past = cursor.at;

  return (
    <DenseTable
      maxHeight={MAX_HEIGHT}
      label={t("task.steps")}
      foot={
        <Legend>
          {past !== undefined && (
            <AsItWas
              seconds={(past - whole.from) / 1000}
              onNow={() => {
                cursor.onMove(undefined);
              }}
            />
          )}
        </Legend>
      }
      sx={STYLES}
      style={past === undefined ? {} : cursorLine(shareOf(past, whole))}
    >
      <thead>
        <tr>
          <th scope="col">{t("task.step")}</th>
          <th scope="col">
            <span className="word">{t("history.status")}</span>
          </th>
          <th scope="col" className="took">
            {t("task.took")}
          </th>
          <th scope="col" className="timeline">
            <Box sx={{ display: "flex", justifyContent: "space-between" }}>
              <span>{t("task.timeline")}</span>
              <span>{duration(seconds, i18n.language)}</span>
            </Box>
            <TimeCursor whole={whole} cursor={cursor} />
          </th>
        </tr>
      </thead>
      <tbody>
        {steps.map(({ node, depth, placed, ledAt }) => (
          <StepRow
            key={node.id}
            node={node}
            depth={depth}
            status={placed?.run.status}
            startedAt={placed?.run.started_at ?? null}
            endedAt={placed?.run.ended_at ?? null}
            kept={placed?.run.reused === true}
            latest={placed?.latest}
            ledAt={ledAt}
            from={whole.from}
            to={whole.to}
            now={now}
            seenAt={past ?? now}
            critical={critical.has(node.id)}
            chosen={node.id === selected}
            onSelect={onSelect}
            onMove={cursor.onMove}
          />
        ))}
      </tbody>
    </DenseTable>
  );
}

/** Pixels. */
const MAX_HEIGHT = 420;

/** The line of the cursor through all rows, none of which is drawn again for it. */
function cursorLine(share: number): CSSProperties {
  return {
    "--at": percent(share),
    "--cursor": "var(--mui-palette-primary-main)",
  } as CSSProperties;
}

const STYLES = {
  "& thead tr th": { pt: 2, verticalAlign: "top" },
  "& .timeline": { width: { xs: "42%", sm: "45%" } },
  "& .took": { display: { xs: "none", sm: "table-cell" }, textAlign: "right" },
  // On a phone there is room for the icons only; the word is still there to be heard.
  "& .word": {
    position: { xs: "absolute", sm: "static" },
    clipPath: { xs: "inset(50%)", sm: "none" },
  },
  ...STEP_STYLES,
  "& tbody tr:hover": { bgcolor: "action.hover" },
  ...BAR_STYLES,
};

function Legend({ children }: { children: ReactNode }) {
  const { t } = useTranslation();
  const sign = (background: string, height: number) => (
    <Box
      component="span"
      aria-hidden
      sx={{
        display: "inline-block",
        width: 20,
        height,
        borderRadius: 0.5,
        background,
        mr: 1.5,
      }}
    />
  );

  return (
    <Box
      sx={{
        display: "flex",
        flexWrap: "wrap",
        columnGap: 5,
        rowGap: 1,
        px: 3,
        py: 2,
        minHeight: 40,
        alignItems: "center",
        borderTop: 1,
        borderColor: "divider",
        fontSize: 12,
        color: "text.secondary",
        "& > span": { display: "inline-flex", alignItems: "center" },
      }}
    >
      <span>
        {sign(BAR_COLOURS.work, 12)}
        {t("task.critical")}
      </span>
      <span>
        {sign(BAR_COLOURS.wait, 10)}
        {t("task.waits")}
      </span>
      <span>
        {sign(BAR_COLOURS.failed, 10)}
        {t("task.failed_attempt")}
      </span>
      {children}
    </Box>
  );
}
