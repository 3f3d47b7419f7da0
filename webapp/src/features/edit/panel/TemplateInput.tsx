/** A text with values in it: `{who.out.name} is {who.out.age}`. */
import Box from "@mui/material/Box";
import Chip from "@mui/material/Chip";
import TextField from "@mui/material/TextField";
import { useMemo, useRef } from "react";

import { offersFor } from "@/pipeline/offers";
import type { PipelineNode } from "@/shared/api/types";
import { useTranslation } from "@/shared/i18n";
import { MONO } from "@/shared/theme";
import { GROWING } from "@/shared/ui/Growing";

import { useEdit, useReadOnly } from "../store";
import { useKnownRoutes } from "./knownRoutes";
import { seal } from "./changing";

interface TemplateInputProps {
  node: PipelineNode;
  label: string;
  text: string;
  onChange: (text: string) => void;
}

/** More would be a wall of words. */
const MAX_SHOWN = 8;

export function TemplateInput({ node, label, text, onChange }: TemplateInputProps) {
  const { t } = useTranslation();
  const routes = useKnownRoutes();
  const readOnly = useReadOnly();
  const nodes = useEdit(({ document }) => document.nodes);
  const input = useRef<HTMLTextAreaElement>(null);
  const offers = useMemo(
    () =>
      offersFor({ nodes, routes }, node, { type: "string" })
        .filter(({ schema }) => schema?.format !== "binary")
        .slice(0, MAX_SHOWN),
    [nodes, routes, node],
  );

  const insert = (reference: string) => {
    const at = input.current?.selectionStart ?? text.length;
    onChange(`${text.slice(0, at)}{${reference}}${text.slice(at)}`);
    input.current?.focus();
  };
  return (
    <Box>
      <TextField
        fullWidth
        size="small"
        multiline
        inputRef={input}
        value={text}
        placeholder={t("canvas.template_example")}
        slotProps={{
          input: GROWING,
          htmlInput: {
            "aria-label": label,
            style: { fontFamily: MONO, fontSize: 12.5 },
          },
        }}
        onChange={({ target }) => {
          onChange(target.value);
        }}
        onBlur={seal}
      />
      <Box sx={{ display: "flex", flexWrap: "wrap", gap: 1, mt: 1 }}>
        {!readOnly &&
          offers.map(({ reference }) => (
            <Chip
              key={reference}
              size="small"
              variant="outlined"
              label={`{${reference}}`}
              onClick={() => {
                insert(reference);
              }}
              sx={{ fontFamily: MONO, fontSize: 11 }}
            />
          ))}
      </Box>
    </Box>
  );
}
