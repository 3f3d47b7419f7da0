/** Fields for a text, a number, or one of a list, with their labels and faults. */
import type { SxProps } from "@mui/material/styles";
import TextField from "@mui/material/TextField";
import type { InputHTMLAttributes, ReactNode } from "react";

import { GROWING } from "./Growing";

interface LabelledProps {
  id: string;
  label: string;
  error?: boolean;
  helperText?: ReactNode;
  sx?: SxProps;
}

interface TextInputProps extends LabelledProps {
  type?: "text" | "number" | "search";
  value: string | number;
  placeholder?: string;
  multiline?: boolean;
  minRows?: number;
  maxRows?: number;
  attributes?: InputHTMLAttributes<HTMLInputElement> & Record<string, unknown>;
  onChange: (text: string) => void;
}

export function TextInput(props: TextInputProps) {
  const { id, attributes, onChange, minRows = 1, maxRows, ...others } = props;
  const lines = {
    minHeight: `${String(minRows)}lh`,
    ...(maxRows !== undefined && { maxHeight: `${String(maxRows)}lh` }),
  };
  return (
    <TextField
      id={id}
      fullWidth
      size="small"
      slotProps={{
        ...(others.multiline && { input: GROWING }),
        htmlInput: {
          ...attributes,
          ...(others.multiline && { style: { ...lines, ...attributes?.style } }),
        },
        formHelperText: { id: `${id}-help` },
      }}
      onChange={(event) => {
        onChange(event.target.value);
      }}
      {...(others as object)}
    />
  );
}

interface ChoiceInputProps extends LabelledProps {
  value: string;
  /** Values and their words. */
  options: readonly (readonly [value: string, words: string])[];
  onChange: (value: string) => void;
}

/** A list of which one is chosen: the browser's own, which phones show at its best. */
export function ChoiceInput({ id, options, onChange, ...others }: ChoiceInputProps) {
  return (
    <TextField
      id={id}
      select
      fullWidth
      size="small"
      slotProps={{
        select: { native: true },
        // It stands above, whatever the value.
        inputLabel: { shrink: true },
        formHelperText: { id: `${id}-help` },
      }}
      onChange={(event) => {
        onChange(event.target.value);
      }}
      {...(others as object)}
    >
      {options.map(([option, words]) => (
        <option key={option} value={option}>
          {words}
        </option>
      ))}
    </TextField>
  );
}
