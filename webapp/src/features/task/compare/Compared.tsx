/** The steps of both runs, what differs in each, and one of them in detail. */
import Box from "@mui/material/Box";
import Button from "@mui/material/Button";
import FormControlLabel from "@mui/material/FormControlLabel";
import Switch from "@mui/material/Switch";
import Typography from "@mui/material/Typography";
import { getRouteApi } from "@tanstack/react-router";
import { useCallback, useMemo, useState } from "react";

import { stepsOf } from "@/pipeline/framePath";
import {
  type ComparedStep,
  comparedSteps,
  type Ran,
  type SideName,
} from "@/pipeline/runDifference";
import { useTranslation } from "@/shared/i18n";

import { CompareTable } from "./CompareTable";
import { ItemTrail } from "./ItemTrail";
import type { Side } from "./sides";
import { StepComparison } from "./StepComparison";
import { hasValues, isKept, useComparedValues } from "./values";
import { differencesOf } from "./verdicts";

const page = getRouteApi("/compare");

type ReadSide = Side & { ran: Ran };

interface ComparedProps {
  before: ReadSide;
  after: ReadSide;
  /** The item of a loop that is looked at; empty: the tasks themselves. */
  path: string;
}

export function Compared({ before, after, path }: ComparedProps) {
  const { node: wanted } = page.useSearch();
  const navigate = page.useNavigate();
  const { t } = useTranslation();
  const [isShort, setIsShort] = useState(false);

  const steps = useMemo(
    () => comparedSteps(before.ran, after.ran),
    [before.ran, after.ran],
  );
  const continuing = continuingOf(before, after);
  const pair = useMemo(
    () => ({ before: before.task, after: after.task, path, continuing }),
    [after.task, before.task, continuing, path],
  );
  const values = useComparedValues(pair, steps, wanted);
  const found = new Map(
    steps.map((step) => [step.id, differencesOf(step, values.get(step.id))]),
  );

  const differing = steps.filter(({ id }) => (found.get(id) ?? []).length > 0);
  const isReading = steps.some(
    (step) => hasValues(step) && !isKept(step, pair) && !values.has(step.id),
  );
  const selected = wanted ?? differing[0]?.id;
  const chosen = steps.find(({ id }) => id === selected);

  const go = useCallback(
    (search: { node?: string | undefined; path?: string }) => {
      void navigate({
        search: (old) => ({ ...old, ...search }),
        replace: true,
        resetScroll: false,
      });
    },
    [navigate],
  );
  const select = useCallback(
    (node: string) => {
      go({ node });
    },
    [go],
  );

  return (
    <>
      <ItemTrail
        path={path}
        missing={{ before: before.hasNoFrame, after: after.hasNoFrame }}
        onOpen={(to) => {
          go({ path: to, node: stepsOf(path)[stepsOf(to).length]?.loop });
        }}
      />
      <Box
        sx={{
          display: "flex",
          flexWrap: "wrap",
          gap: 3,
          alignItems: "center",
          mb: 3,
          minHeight: 40,
        }}
      >
        <Summary steps={steps} differing={differing} isReading={isReading} />
        {differing.length > 1 && (
          <Button
            size="small"
            variant="outlined"
            onClick={() => {
              select(nextOf(differing, steps, selected));
            }}
          >
            {t("compare.next")}
          </Button>
        )}
        <FormControlLabel
          sx={{ ml: "auto", mr: 0 }}
          control={
            <Switch
              size="small"
              checked={isShort}
              onChange={(_, checked) => {
                setIsShort(checked);
              }}
            />
          }
          label={t("compare.only")}
        />
      </Box>
      <Box
        sx={{
          display: "grid",
          gap: 4,
          alignItems: "start",
          gridTemplateColumns: {
            xs: "minmax(0, 1fr)",
            md: "minmax(0, 1fr) minmax(0, 1fr)",
          },
        }}
      >
        <CompareTable
          steps={isShort ? differing : steps}
          found={found}
          selected={selected}
          onSelect={select}
        />
        {chosen ? (
          <StepComparison
            key={chosen.id}
            pair={pair}
            step={chosen}
            values={values.get(chosen.id)}
            onItem={(item) => {
              go({ path: item, node: undefined });
            }}
          />
        ) : (
          <Typography color="textSecondary">{t("compare.choose")}</Typography>
        )}
      </Box>
    </>
  );
}

/** Which of the tasks took over results of the other one, if one did. */
function continuingOf(before: Side, after: Side): SideName | undefined {
  if (after.status?.continues === before.task) return "after";
  return before.status?.continues === after.task ? "before" : undefined;
}

/** The difference after the chosen step; after the last one the first again. */
function nextOf(
  differing: ComparedStep[],
  steps: ComparedStep[],
  selected: string | undefined,
): string {
  const at = steps.findIndex(({ id }) => id === selected);
  const next = differing.find((step) => steps.indexOf(step) > at) ?? differing[0];
  return next?.id ?? "";
}

interface SummaryProps {
  steps: ComparedStep[];
  differing: ComparedStep[];
  isReading: boolean;
}

function Summary({ steps, differing, isReading }: SummaryProps) {
  const { t } = useTranslation();
  const [first] = differing;
  const isSame = !first && !isReading;
  return (
    <Typography role="status" sx={{ fontWeight: 600 }}>
      {isSame && t("compare.same_all")}
      {first &&
        `${t("compare.differing", { count: differing.length, total: steps.length })} ${t("compare.first", { step: first.id })}`}
      {isReading && ` ${t("compare.looking")}`}
    </Typography>
  );
}
