/** All steps of both runs: how each went, how long it took, and what differs in it. */
import Box from "@mui/material/Box";

import { Tile } from "@/canvas/nodes/Tile";
import type { ComparedStep } from "@/pipeline/runDifference";
import type { RunLine } from "@/shared/api/types";
import { duration, secondsBetween } from "@/shared/format";
import { useTranslation } from "@/shared/i18n";
import { toneColor } from "@/shared/theme";
import { DenseTable, FROM_SM, RIGHT } from "@/shared/ui/DenseTable";
import { StatusChip } from "@/shared/ui/StatusChip";

import { STEP_STYLES } from "../stepStyles";
import type { Difference } from "./verdicts";

interface CompareTableProps {
  steps: ComparedStep[];
  /** What differs in each step, by its id. */
  found: ReadonlyMap<string, Difference[]>;
  selected: string | undefined;
  onSelect: (id: string) => void;
}

export function CompareTable(props: CompareTableProps) {
  const { steps, found, selected, onSelect } = props;
  const { t } = useTranslation();
  return (
    <DenseTable label={t("compare.steps")} maxHeight={MAX_HEIGHT} sx={STYLES}>
      <thead>
        <tr>
          <th scope="col">{t("task.step")}</th>
          <th scope="col">{t("compare.before")}</th>
          <th scope="col">{t("compare.after")}</th>
          <Box component="th" scope="col" sx={FROM_SM}>
            {t("compare.differs_in")}
          </Box>
        </tr>
      </thead>
      <tbody>
        {steps.map((step) => (
          <Row
            key={step.id}
            step={step}
            differences={found.get(step.id) ?? []}
            chosen={step.id === selected}
            onSelect={onSelect}
          />
        ))}
      </tbody>
    </DenseTable>
  );
}

/** Pixels. */
const MAX_HEIGHT = 640;

const STYLES = {
  ...STEP_STYLES,
  "& tbody td, & tbody th": { whiteSpace: "normal !important", py: 1 },
};

interface RowProps {
  step: ComparedStep;
  differences: Difference[];
  chosen: boolean;
  onSelect: (id: string) => void;
}

function Row({ step, differences, chosen, onSelect }: RowProps) {
  const { t } = useTranslation();
  const words = differences.map(({ kind, isUnsure }) =>
    isUnsure ? `${t(`compare.${kind}`)}?` : t(`compare.${kind}`),
  );
  const isUnsure = differences.some((one) => one.isUnsure);
  const said = words.length === 0 ? t("compare.nothing") : words.join(", ");

  return (
    <tr
      className={chosen ? "chosen" : ""}
      data-step={step.id}
      data-differs={differences.map(({ kind }) => kind).join(" ")}
    >
      <th scope="row">
        <button
          type="button"
          className="step"
          aria-pressed={chosen}
          onClick={() => {
            onSelect(step.id);
          }}
        >
          <Tile type={step.node.type} size={22} />
          <span>
            {step.id}
            {/* A phone has no room for a column of its own. */}
            <Box
              component="span"
              sx={{
                display: { xs: "block", sm: "none" },
                fontSize: 12,
                color: words.length > 0 ? toneColor("waiting") : "text.secondary",
              }}
            >
              {said}
            </Box>
          </span>
        </button>
      </th>
      <td>
        <HowItWent run={step.runs.before} />
      </td>
      <td>
        <HowItWent run={step.runs.after} />
      </td>
      <Box
        component="td"
        title={isUnsure ? t("compare.unsure") : ""}
        sx={{
          ...FROM_SM,
          fontWeight: words.length > 0 ? 600 : 400,
          color: words.length > 0 ? toneColor("waiting") : "text.secondary",
        }}
      >
        {said}
      </Box>
    </tr>
  );
}

/** The status, and below it how long it took. */
function HowItWent({ run }: { run: RunLine | undefined }) {
  const { i18n } = useTranslation();
  if (!run) return <span aria-hidden>—</span>;
  return (
    <>
      <StatusChip status={run.status} kept={run.reused} short />
      {run.started_at !== null && run.ended_at !== null && !run.reused && (
        <Box component="span" sx={{ ...RIGHT, ml: 2, color: "text.secondary" }}>
          {duration(secondsBetween(run.started_at, run.ended_at, 0), i18n.language)}
        </Box>
      )}
    </>
  );
}
