/** How a step went in each run: its status, time, attempts, items, and what it said. */
import Box from "@mui/material/Box";
import type { ReactNode } from "react";

import { attemptsOf, type ComparedStep, type SideName } from "@/pipeline/runDifference";
import type { RunLine } from "@/shared/api/types";
import { duration, secondsBetween } from "@/shared/format";
import { useTranslation } from "@/shared/i18n";
import { toneColor } from "@/shared/theme";
import { AppLink } from "@/shared/ui/LinkButton";
import { StatusChip } from "@/shared/ui/StatusChip";

import type { Pair } from "./values";

const SIDES: SideName[] = ["before", "after"];

export function HowBothWent({ pair, step }: { pair: Pair; step: ComparedStep }) {
  const { t, i18n } = useTranslation();
  const number = new Intl.NumberFormat(i18n.language);
  const took = (run: RunLine) =>
    run.started_at === null || run.ended_at === null || run.reused
      ? "—"
      : duration(secondsBetween(run.started_at, run.ended_at, 0), i18n.language);
  const items = (run: RunLine) =>
    run.items && `${number.format(run.items.done)}/${number.format(run.items.total)}`;

  const rows: [word: string, cell: (run: RunLine) => ReactNode][] = [
    [
      t("history.status"),
      (run) => <StatusChip status={run.status} kept={run.reused} />,
    ],
    [t("task.took"), took],
    [t("task.attempts"), (run) => number.format(attemptsOf(run))],
  ];
  const hasItems = SIDES.some((side) => step.runs[side]?.items);
  if (hasItems) rows.push([t("compare.items"), items]);
  const hasFault = SIDES.some((side) => step.runs[side]?.fault);
  if (hasFault) rows.push([t("history.message"), (run) => <Fault run={run} />]);

  return (
    <Box
      component="table"
      sx={{
        width: "100%",
        tableLayout: "fixed",
        borderCollapse: "collapse",
        mt: 3,
        fontSize: 13,
        "& th, & td": {
          textAlign: "left",
          fontWeight: 400,
          verticalAlign: "top",
          py: 1,
          pr: 2,
          overflowWrap: "anywhere",
        },
        "& th": { color: "text.secondary" },
        "& th[scope=row]": { width: { xs: 84, sm: 110 } },
      }}
    >
      <thead>
        <tr>
          <td />
          {SIDES.map((side) => (
            <th key={side} scope="col">
              <StepLink pair={pair} step={step} side={side} />
            </th>
          ))}
        </tr>
      </thead>
      <tbody>
        {rows.map(([word, cell]) => (
          <tr key={word}>
            <th scope="row">{word}</th>
            {SIDES.map((side) => {
              const run = step.runs[side];
              return <td key={side}>{run ? cell(run) : "—"}</td>;
            })}
          </tr>
        ))}
      </tbody>
    </Box>
  );
}

interface StepLinkProps {
  pair: Pair;
  step: ComparedStep;
  side: SideName;
}

/** The name of the run, which leads to the step on the page of its task. */
function StepLink({ pair, step, side }: StepLinkProps) {
  const { t } = useTranslation();
  const node = step.ids[side];
  if (node === undefined) return t(`compare.${side}`);
  return (
    <AppLink
      to="/task/$task"
      params={{ task: pair[side] }}
      search={{ node, ...(pair.path && { path: pair.path }) }}
    >
      {t(`compare.${side}`)}
    </AppLink>
  );
}

function Fault({ run }: { run: RunLine }) {
  if (!run.fault) return "—";
  return (
    <Box component="span" lang="en" sx={{ color: toneColor("failed") }}>
      {run.fault.message}
    </Box>
  );
}
