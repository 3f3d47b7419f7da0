/** What the chosen node gave in the last run, up to the moment that is looked at. */
import Box from "@mui/material/Box";

import type { PipelineNode } from "@/shared/api/types";
import { useTranslation } from "@/shared/i18n";
import { ValueView } from "@/shared/viewers/ValueView";

import { hasEnded, useRunOf } from "../try/tryState";
import { useRunValues } from "../try/useRunValues";
import { Section } from "./simple";

export function ResultOfRun({ node }: { node: PipelineNode }) {
  const { t } = useTranslation();
  const run = useRunOf(node.id);
  const values = useRunValues(node.id, run !== undefined);
  if (!values) return null;

  const isOver = hasEnded(run);
  const hasFault = isOver && values.fault != null;
  // What failed gave nothing, as a rule: its fault says enough.
  const hasOut = isOver && values.out != null;
  return (
    <Section title={t("canvas.last_output")}>
      {hasFault && (
        <Box lang="en" sx={{ fontSize: 12.5, overflowWrap: "anywhere" }}>
          {values.fault?.message}
        </Box>
      )}
      {(hasOut || !hasFault) && (
        <ValueView value={isOver ? values.out : null} open={!isOver} />
      )}
    </Section>
  );
}
