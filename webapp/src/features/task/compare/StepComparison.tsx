/** One step in both runs: its definition, how it went, and its values. */
import Box from "@mui/material/Box";
import Button from "@mui/material/Button";
import Paper from "@mui/material/Paper";
import TextField from "@mui/material/TextField";
import Typography from "@mui/material/Typography";
import { type FormEvent, useState } from "react";

import { Tile } from "@/canvas/nodes/Tile";
import { type ComparedStep, onlyIn } from "@/pipeline/runDifference";
import { useTranslation } from "@/shared/i18n";

import { Part } from "../Part";
import { ChangeLines } from "./ChangeLines";
import { HowBothWent } from "./HowBothWent";
import { SectionComparison } from "./SectionComparison";
import {
  type ComparedSection,
  type ComparedValues,
  isKept,
  type Pair,
  SECTIONS,
  useWholeValues,
} from "./values";

interface StepComparisonProps {
  pair: Pair;
  step: ComparedStep;
  /** Undefined: not read yet, or there is nothing to compare. */
  values: ComparedValues | undefined;
  onItem: (path: string) => void;
}

export function StepComparison({ pair, step, values, onItem }: StepComparisonProps) {
  const { t } = useTranslation();
  const [whole, setWhole] = useState<ComparedSection[]>([]);
  const all = useWholeValues(pair, step, whole);
  const known = all.data ?? values;
  const only = onlyIn(step);
  const isRenamed = step.ids.before !== undefined && step.ids.before !== step.id;

  return (
    <Paper component="section" aria-label={step.id} sx={{ p: 4, borderRadius: 1.5 }}>
      <Box sx={{ display: "flex", gap: 3, alignItems: "center" }}>
        <Tile type={step.node.type} />
        <Typography variant="h2" sx={{ overflowWrap: "anywhere" }}>
          {step.id}
          {isRenamed && only === undefined && (
            <Typography component="span" color="textSecondary">
              {" "}
              {t("compare.renamed", { from: step.ids.before })}
            </Typography>
          )}
        </Typography>
      </Box>
      {only !== undefined && (
        <Typography color="textSecondary" sx={{ mt: 2 }}>
          {t(`compare.only_${only}`)}
        </Typography>
      )}
      <HowBothWent pair={pair} step={step} />
      <LoopItem pair={pair} step={step} onItem={onItem} />
      {step.fields.length > 0 && (
        <Part title={t("compare.definition")}>
          <ChangeLines
            changes={step.fields.map(({ field, before, after }) => ({
              at: field,
              before,
              after,
            }))}
          />
        </Part>
      )}
      {isKept(step, pair) && (
        <Part title={t("task.kept")}>
          <Typography color="textSecondary">{t("compare.same")}</Typography>
        </Part>
      )}
      {known &&
        SECTIONS.map((section) => (
          <SectionComparison
            key={section}
            section={section}
            compared={known[section]}
            isReading={all.isFetching && whole.includes(section)}
            onWhole={() => {
              setWhole([...whole, section]);
            }}
          />
        ))}
    </Paper>
  );
}

/** Of a loop: which of its items is to be compared. */
function LoopItem({ pair, step, onItem }: Omit<StepComparisonProps, "values">) {
  const { t } = useTranslation();
  const [index, setIndex] = useState("0");
  const totals = [step.runs.before, step.runs.after].map(
    (run) => run?.items?.total ?? 0,
  );
  const last = Math.max(...totals) - 1;
  if (last < 0) return null;

  const open = (event: FormEvent) => {
    event.preventDefault();
    const around = pair.path === "" ? "" : `${pair.path}/`;
    onItem(`${around}${step.id}[${index}]`);
  };
  return (
    <Box
      component="form"
      onSubmit={open}
      sx={{ display: "flex", gap: 2, alignItems: "center", mt: 4 }}
    >
      <TextField
        size="small"
        type="number"
        label={t("compare.item")}
        value={index}
        required
        slotProps={{ htmlInput: { min: 0, max: last, step: 1 } }}
        onChange={(event) => {
          setIndex(event.target.value);
        }}
        sx={{ width: 160 }}
      />
      <Button type="submit" variant="outlined">
        {t("compare.open_item")}
      </Button>
    </Box>
  );
}
