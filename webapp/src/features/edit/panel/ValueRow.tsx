/** One key of a directive: where its value comes from, in one of four forms. */
import Box from "@mui/material/Box";
import IconButton from "@mui/material/IconButton";
import NativeSelect from "@mui/material/NativeSelect";
import { memo } from "react";

import {
  type Directive,
  formOf,
  setInput,
  type ValueForm,
  valueOf,
} from "@/pipeline/edits/inputs";
import type { Json, PipelineNode, Schema } from "@/shared/api/types";
import { useTranslation } from "@/shared/i18n";
import { toneColor } from "@/shared/theme";

import { perform } from "../store";
import { changedForm } from "./changedForm";
import { ConstantInput } from "./ConstantInput";
import { FieldFaults } from "./FieldFaults";
import { LastValue } from "./LastValue";
import { ReferenceInput } from "./ReferenceInput";
import { seal } from "./changing";
import { JsonText } from "./simple";
import { TemplateInput } from "./TemplateInput";
import { typeWords } from "./typeWords";

interface ValueRowProps {
  node: PipelineNode;
  directive: Directive;
  name: string;
  value: Json | undefined;
  schema: Schema | undefined;
  required: boolean;
  /** The contract has it; else it is wrong, or there is no contract. */
  isKnown: boolean;
}

export const ValueRow = memo(function ValueRow(props: ValueRowProps) {
  const { node, directive, name, value, schema, required, isKnown } = props;
  const { t } = useTranslation();
  const field = `${directive}.${name}`;
  const form = value === undefined ? undefined : formOf(value);

  const set = (next: Json | undefined) => {
    perform((document) => setInput(document, node.id, name, next, directive), {
      mark: `${node.id} ${field}`,
    });
  };
  return (
    <Box data-field={field} role="group" aria-label={name}>
      <Box sx={{ display: "flex", alignItems: "center", gap: 2, mb: 1, minHeight: 26 }}>
        <Box sx={{ flex: 1, minWidth: 0, fontSize: 12.5 }}>
          <Box
            component="span"
            sx={{
              fontWeight: 600,
              overflowWrap: "anywhere",
              ...(!isKnown && { color: toneColor("failed") }),
            }}
          >
            {name}
          </Box>{" "}
          <Box component="span" sx={{ color: "text.secondary", fontSize: 11.5 }}>
            {schema && typeWords(schema, t)}
            {required && ` · ${t("canvas.required")}`}
          </Box>
        </Box>
        <NativeSelect
          value={form?.form ?? "none"}
          disableUnderline
          inputProps={{ "aria-label": t("canvas.form_of", { key: name }) }}
          sx={{ fontSize: 12, color: "text.secondary" }}
          onChange={({ target }) => {
            seal();
            set(changedForm(form, target.value, schema));
          }}
        >
          {(form === undefined || !required) && (
            <option value="none">
              {t(
                schema?.default !== undefined
                  ? "canvas.form.usual"
                  : "canvas.form.none",
              )}
            </option>
          )}
          <option value="reference">{t("canvas.form.reference")}</option>
          <option value="constant">{t("canvas.form.constant")}</option>
          <option value="template">{t("canvas.form.template")}</option>
          <option value="from">{t("canvas.form.from")}</option>
        </NativeSelect>
        {form && (
          <IconButton
            size="small"
            aria-label={t("canvas.remove_key", { key: name })}
            onClick={() => {
              seal();
              set(undefined);
            }}
            sx={{ fontSize: 14, p: 0.5 }}
          >
            ✕
          </IconButton>
        )}
      </Box>
      <Control {...props} form={form} onChange={set} />
      {schema?.description && (
        <Box lang="en" sx={{ fontSize: 11.5, color: "text.secondary", mt: 0.5 }}>
          {schema.description}
        </Box>
      )}
      <FieldFaults node={node.id} field={field} within />
      {form && <LastValue node={node} form={form} />}
    </Box>
  );
}, isSameRow);

/** Other fields of its node change more often than this one, and what it can refer to. */
function isSameRow(before: ValueRowProps, after: ValueRowProps): boolean {
  const isSameNode = (["id", "type", "params"] as const).every(
    (name) => before.node[name] === after.node[name],
  );
  return (
    isSameNode &&
    Object.entries(after).every(
      ([name, value]) =>
        name === "node" || before[name as keyof ValueRowProps] === value,
    )
  );
}

interface ControlProps extends ValueRowProps {
  form: ValueForm | undefined;
  onChange: (value: Json | undefined) => void;
}

function Control({ node, name, schema, form, onChange }: ControlProps) {
  const { t } = useTranslation();
  switch (form?.form) {
    case undefined:
      // Without it nothing is sent: no value that could be told.
      return schema?.default == null ? (
        <ReferenceInput
          node={node}
          label={name}
          text=""
          schema={schema}
          onChange={onChange}
        />
      ) : (
        <Box sx={{ fontSize: 12.5, color: "text.secondary" }}>
          {t("canvas.usually", { value: JSON.stringify(schema.default) })}
        </Box>
      );
    case "reference":
      return (
        <ReferenceInput
          node={node}
          label={name}
          text={form.text}
          schema={schema}
          onChange={onChange}
        />
      );
    case "constant":
      return (
        <ConstantInput
          label={name}
          value={form.value}
          schema={schema}
          onChange={(value) => {
            onChange(valueOf({ form: "constant", value }));
          }}
        />
      );
    case "template":
      return (
        <TemplateInput
          node={node}
          label={name}
          text={form.text}
          onChange={(text) => {
            onChange(valueOf({ form: "template", text }));
          }}
        />
      );
    case "from":
      return (
        <Box sx={{ display: "grid", gap: 2 }}>
          <ReferenceInput
            node={node}
            label={name}
            text={form.text}
            schema={schema}
            onChange={(text) => {
              onChange(valueOf({ ...form, text }));
            }}
          />
          <JsonText
            label={t("canvas.default")}
            value={form.default}
            onChange={(value) => {
              onChange(valueOf({ ...form, default: value ?? null }));
            }}
          />
        </Box>
      );
  }
}
