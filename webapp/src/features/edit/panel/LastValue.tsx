/** Below a field: what it would get with the values of the last run. */
import Box from "@mui/material/Box";

import type { ValueForm } from "@/pipeline/edits/inputs";
import type { PipelineNode } from "@/shared/api/types";
import { useTranslation } from "@/shared/i18n";
import { MONO, toneColor } from "@/shared/theme";

import { useEvaluated } from "../code/useEvaluated";
import { useReadOnly } from "../store";
import { hasBegun, useRunOf, useTry } from "../try/tryState";
import { shortOf } from "./shortOf";

interface LastValueProps {
  node: PipelineNode;
  form: ValueForm;
}

export function LastValue({ node, form }: LastValueProps) {
  const { t } = useTranslation();
  const hasRun = useTry(({ task }) => task !== undefined);
  // Before its node began, nothing had gone into the field.
  const run = useRunOf(node.id);
  const isLater = useTry(({ at }) => at !== undefined) && !hasBegun(run);
  const isCode = form.form !== "constant";
  const result = useEvaluated(
    node,
    isCode ? form.text : "",
    form.form === "template" ? "template" : "reference",
  );
  const readOnly = useReadOnly();
  if (!isCode || form.text === "" || readOnly) return null;
  if (!hasRun) return <Grey>{t("canvas.not_run")}</Grey>;
  if (isLater) return <Grey>{t("task.none")}</Grey>;
  if (!result) return <Grey>…</Grey>;
  // Of a step whose turn did not come only what is there already can be said.
  if (result.fault && !hasBegun(run)) return <Grey>{t("task.none")}</Grey>;
  if (result.fault) {
    return (
      <Box sx={{ mt: 0.5, fontSize: 11.5, color: toneColor("skipped") }} lang="en">
        {result.fault.message}
      </Box>
    );
  }
  return <Grey mono>{shortOf(result.value ?? null)}</Grey>;
}

function Grey({ children, mono = false }: { children: string; mono?: boolean }) {
  return (
    <Box
      data-last-value
      sx={{
        mt: 0.5,
        fontSize: 11.5,
        color: "text.secondary",
        overflow: "hidden",
        textOverflow: "ellipsis",
        whiteSpace: "nowrap",
        ...(mono && { fontFamily: MONO }),
      }}
    >
      {children}
    </Box>
  );
}
