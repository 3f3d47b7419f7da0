/** A field with code. */
import Box from "@mui/material/Box";
import { memo } from "react";

import { valueAt } from "@/pipeline/edits/fields";
import type { PipelineNode } from "@/shared/api/types";
import { useTranslation } from "@/shared/i18n";

import { CodeField } from "../code/CodeField";
import type { CodeKind } from "../code/evaluate";
import { change } from "./changing";
import { FieldFaults } from "./FieldFaults";
import { isSameField, Label } from "./simple";

interface CodeBlockProps {
  node: PipelineNode;
  field: string;
  kind: CodeKind;
}

export const CodeBlock = memo(function CodeBlock(props: CodeBlockProps) {
  const { node, field, kind } = props;
  const { t } = useTranslation();
  const value = valueAt(node, field);
  // A step of code has no other.
  const word = node.type === "node" && field === "after" ? "code" : field;
  const label = t(`canvas.field.${word.replace(".", "_")}`);
  return (
    <Box data-field={field}>
      <Label>{label}</Label>
      <CodeField
        label={label}
        node={node}
        field={field}
        kind={kind}
        value={typeof value === "string" ? value : ""}
        onChange={(text) => {
          change(node.id, field, text === "" ? undefined : text);
        }}
      />
      <FieldFaults node={node.id} field={field} />
    </Box>
  );
}, isSameField);
