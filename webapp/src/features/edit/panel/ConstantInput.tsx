/** A constant, with the control that its schema asks for. */
import FormControlLabel from "@mui/material/FormControlLabel";
import Switch from "@mui/material/Switch";
import TextField from "@mui/material/TextField";
import { useState } from "react";

import { isEqual } from "@/pipeline/equal";
import { kindsOf } from "@/pipeline/schemas";
import type { Json, Schema } from "@/shared/api/types";
import { useTranslation } from "@/shared/i18n";
import { GROWING } from "@/shared/ui/Growing";

import { readValue } from "./changedForm";
import { seal } from "./changing";
import { JsonText } from "./simple";

interface ConstantInputProps {
  label: string;
  value: Json;
  schema: Schema | undefined;
  onChange: (value: Json) => void;
}

export function ConstantInput({ label, value, schema, onChange }: ConstantInputProps) {
  const { t } = useTranslation();
  const kinds = schema ? kindsOf(schema) : [];

  if (schema?.enum) {
    return (
      <TextField
        fullWidth
        select
        size="small"
        value={JSON.stringify(value)}
        slotProps={{ select: { native: true }, htmlInput: { "aria-label": label } }}
        onChange={({ target }) => {
          onChange(JSON.parse(target.value) as Json);
        }}
      >
        {!schema.enum.some((one) => JSON.stringify(one) === JSON.stringify(value)) && (
          <option value={JSON.stringify(value)}>{JSON.stringify(value)}</option>
        )}
        {schema.enum.map((option) => (
          <option key={JSON.stringify(option)} value={JSON.stringify(option)}>
            {typeof option === "string" ? option : JSON.stringify(option)}
          </option>
        ))}
      </TextField>
    );
  }
  if (kinds[0] === "boolean") {
    return (
      <FormControlLabel
        label={t(value === true ? "canvas.yes" : "canvas.no_value")}
        control={
          <Switch
            size="small"
            checked={value === true}
            slotProps={{ input: { "aria-label": label } }}
            onChange={(_, checked) => {
              onChange(checked);
            }}
          />
        }
      />
    );
  }
  const isNumber = kinds[0] === "integer" || kinds[0] === "number";
  if (isNumber && (typeof value === "number" || value === null)) {
    return (
      <TextField
        fullWidth
        size="small"
        type="number"
        value={value ?? ""}
        slotProps={{
          htmlInput: {
            "aria-label": label,
            min: schema?.minimum,
            max: schema?.maximum,
            step: kinds[0] === "integer" ? 1 : "any",
          },
        }}
        onChange={({ target }) => {
          onChange(target.value === "" ? null : Number(target.value));
        }}
        onBlur={seal}
      />
    );
  }
  if (kinds.length === 0) return <AnyInput {...{ label, value, onChange }} />;
  const isText = kinds[0] === "string";
  if (isText && typeof value === "string") {
    return (
      <TextField
        fullWidth
        size="small"
        multiline
        value={value}
        slotProps={{
          input: GROWING,
          htmlInput: { "aria-label": label },
        }}
        onChange={({ target }) => {
          onChange(target.value);
        }}
        onBlur={seal}
      />
    );
  }
  return (
    <JsonText
      isBare
      label={label}
      value={value}
      onChange={(next) => {
        onChange(next ?? null);
      }}
    />
  );
}

type AnyInputProps = Omit<ConstantInputProps, "schema">;

/** Nothing says what it is: what can be read as JSON is that, all else a text. */
function AnyInput({ label, value, onChange }: AnyInputProps) {
  const { t } = useTranslation();
  const [typed, setTyped] = useState("");
  // It stays as it is typed while it says the same: `1.0` may become `1.05`.
  const isTyped = isEqual(readValue(typed), value);
  const written = typeof value === "string" ? value : JSON.stringify(value);
  return (
    <TextField
      fullWidth
      size="small"
      multiline
      value={isTyped ? typed : written}
      helperText={t("canvas.constant_help")}
      slotProps={{
        input: GROWING,
        htmlInput: { "aria-label": label },
      }}
      onChange={({ target }) => {
        setTyped(target.value);
        onChange(readValue(target.value));
      }}
      onBlur={seal}
    />
  );
}
