/** The tags of a pipeline, between commas. */
import Box from "@mui/material/Box";
import TextField from "@mui/material/TextField";
import { useState } from "react";

import { valueAt } from "@/pipeline/edits/fields";
import type { PipelineNode } from "@/shared/api/types";
import { useTranslation } from "@/shared/i18n";

import { change, seal } from "./changing";

export function TagsField({ node }: { node: PipelineNode }) {
  const { t } = useTranslation();
  const tags = valueAt(node, "api.tags");
  const shown = Array.isArray(tags) ? tags.join(", ") : "";
  const [text, setText] = useState(shown);
  const [of, setOf] = useState(shown);
  if (of !== shown) {
    setOf(shown);
    if (listOf(text).join(", ") !== shown) setText(shown);
  }
  return (
    <Box data-field="api.tags">
      <TextField
        fullWidth
        size="small"
        label={t("canvas.field.tags")}
        value={text}
        onChange={({ target }) => {
          setText(target.value);
          const list = listOf(target.value);
          change(node.id, "api.tags", list.length > 0 ? list : undefined);
        }}
        onBlur={seal}
      />
    </Box>
  );
}

function listOf(text: string): string[] {
  return text
    .split(",")
    .map((tag) => tag.trim())
    .filter((tag) => tag !== "");
}
