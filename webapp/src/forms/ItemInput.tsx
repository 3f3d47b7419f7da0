/** The control for one value that people type or choose. */
import type { ReactNode } from "react";

import type { ItemField, NumberField } from "@/contract/fields";
import type { Json } from "@/shared/api/types";
import { ChoiceInput, TextInput } from "@/shared/ui/TextInput";

/** What every control has. */
export interface CommonProps {
  id: string;
  label: string;
  error: boolean;
  helperText: ReactNode;
}

interface ItemInputProps {
  common: CommonProps;
  field: ItemField;
  value: Json | undefined;
  onChange: (value: Json | undefined) => void;
}

// A number in a field as wide as the page looks as if it could be of any length.
const SHORT = { maxWidth: 280 };

export function ItemInput({ common, field, value, onChange }: ItemInputProps) {
  switch (field.kind) {
    case "choice": {
      const isChosen = value !== undefined;
      // What is optional can be left out again.
      const none: [string, string][] = isChosen && field.required ? [] : [["", "–"]];
      const options = field.options.map((option): [string, string] => [
        JSON.stringify(option),
        typeof option === "string" ? option : JSON.stringify(option),
      ]);
      return (
        <ChoiceInput
          {...common}
          sx={SHORT}
          value={isChosen ? JSON.stringify(value) : ""}
          options={[...none, ...options]}
          onChange={(text) => {
            onChange(text === "" ? undefined : (JSON.parse(text) as Json));
          }}
        />
      );
    }
    case "number":
      return (
        <TextInput
          {...common}
          type="number"
          sx={SHORT}
          placeholder={exampleText(field.example)}
          attributes={boundsOf(field)}
          value={typeof value === "number" ? value : ""}
          onChange={(text) => {
            onChange(text === "" ? undefined : Number(text));
          }}
        />
      );
    case "text":
      return (
        <TextInput
          {...common}
          multiline
          value={typeof value === "string" ? value : ""}
          placeholder={exampleText(field.example)}
          onChange={(text) => {
            onChange(text === "" ? undefined : text);
          }}
        />
      );
  }
}

function boundsOf(field: NumberField) {
  return {
    min: field.min ?? field.above,
    max: field.max ?? field.below,
    step: field.step ?? (field.whole ? 1 : "any"),
  };
}

/** What a field shows while it is empty. */
function exampleText(example: Json | undefined): string {
  if (example === undefined || example === null) return "";
  return typeof example === "string" ? example : JSON.stringify(example);
}
