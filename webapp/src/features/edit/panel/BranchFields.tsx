/** What a branch asks, and what each of its sides gives. */
import Box from "@mui/material/Box";

import { valueAt } from "@/pipeline/edits/fields";
import type { Json, PipelineNode } from "@/shared/api/types";
import { useTranslation } from "@/shared/i18n";

import { AddKey } from "./AddKey";
import { FieldFaults } from "./FieldFaults";
import { CodeBlock } from "./CodeBlock";
import { Folded, Section } from "./simple";
import { ValueRow } from "./ValueRow";

export function BranchFields({ node }: { node: PipelineNode }) {
  const { t } = useTranslation();
  return (
    <>
      <CodeBlock node={node} field="if" kind="expression" />
      {(["then", "else"] as const).map((side) => {
        const part = node[side];
        // A side that is a text is its code.
        const shaped =
          typeof part === "string" ? { ...node, [side]: { exec: part } } : node;
        const out =
          (valueAt(shaped, `${side}.out`) as Record<string, Json> | undefined) ?? {};
        return (
          <Section key={side} title={t(`canvas.side_gives.${side}`)}>
            {Object.entries(out).map(([name, value]) => (
              <ValueRow
                key={name}
                node={shaped}
                directive={`${side}.out`}
                name={name}
                value={value}
                schema={undefined}
                required={false}
                isKnown
              />
            ))}
            <FieldFaults node={node.id} field={side} />
            <Box sx={{ display: "flex", gap: 2 }}>
              <AddKey node={node} directive={`${side}.out`} />
            </Box>
            <Folded
              small
              title={t(`canvas.field.${side}_exec`)}
              isUsed={valueAt(shaped, `${side}.exec`) !== undefined}
            >
              <CodeBlock node={shaped} field={`${side}.exec`} kind="statements" />
            </Folded>
          </Section>
        );
      })}
    </>
  );
}
