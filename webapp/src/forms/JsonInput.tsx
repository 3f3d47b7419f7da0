/** Any JSON, typed as it is written. */
import { useState } from "react";

import { UNREADABLE } from "@/contract/checking";
import type { JsonField } from "@/contract/fields";
import type { Json } from "@/shared/api/types";
import { MONO } from "@/shared/theme";
import { TextInput } from "@/shared/ui/TextInput";

import type { CommonProps } from "./ItemInput";

interface JsonInputProps {
  common: CommonProps;
  field: JsonField;
  value: Json | undefined;
  onChange: (value: Json | undefined) => void;
}

/** What was typed stays as it is, also while it is no JSON. */
export function JsonInput({ common, field, value, onChange }: JsonInputProps) {
  const [typed, setTyped] = useState<{ text: string; value: Json | undefined }>();
  // Another value came from outside, such as an example: it takes the typed one's place.
  const text = typed && typed.value === value ? typed.text : textOf(value);

  return (
    <TextInput
      {...common}
      multiline
      minRows={2}
      maxRows={12}
      value={text}
      placeholder={textOf(field.example)}
      attributes={{ style: { fontFamily: MONO, fontSize: 12 } }}
      onChange={(typedText) => {
        const changed = valueOf(typedText);
        setTyped({ text: typedText, value: changed });
        onChange(changed);
      }}
    />
  );
}

function textOf(value: Json | undefined): string {
  return value === undefined ? "" : JSON.stringify(value);
}

function valueOf(text: string): Json | undefined {
  if (text.trim() === "") return undefined;
  try {
    return JSON.parse(text) as Json;
  } catch {
    return UNREADABLE;
  }
}
