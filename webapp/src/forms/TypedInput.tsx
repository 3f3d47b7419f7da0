/** The control for a typed value: a switch, a choice, a number, a text, a list, JSON. */
import Box from "@mui/material/Box";
import FormControlLabel from "@mui/material/FormControlLabel";
import FormHelperText from "@mui/material/FormHelperText";
import Switch from "@mui/material/Switch";
import type { ReactNode } from "react";

import type { FieldFault } from "@/contract/checking";
import type { TypedField } from "@/contract/fields";
import type { Json } from "@/shared/api/types";
import { useTranslation } from "@/shared/i18n";
import { Words } from "@/shared/ui/Words";

import { ItemInput } from "./ItemInput";
import { JsonInput } from "./JsonInput";
import { ListInput } from "./ListInput";

interface TypedInputProps {
  id: string;
  field: TypedField;
  value: Json | undefined;
  fault: FieldFault | undefined;
  onChange: (value: Json | undefined) => void;
}

export function TypedInput({ id, field, value, fault, onChange }: TypedInputProps) {
  const { t } = useTranslation();
  const label = field.required ? field.title : `${field.title} (${t("run.optional")})`;
  const help: ReactNode = fault ? (
    t(fault.key, fault.values ?? {})
  ) : (
    <span lang="en">
      <Words text={field.description} />
    </span>
  );
  const hasHelp = fault !== undefined || field.description !== "";
  const common = {
    id,
    label,
    error: fault !== undefined,
    helperText: hasHelp ? help : undefined,
  } as const;

  switch (field.kind) {
    case "switch":
      return (
        <Box>
          <FormControlLabel
            control={
              <Switch
                id={id}
                checked={value === true}
                onChange={(_, checked) => {
                  onChange(checked);
                }}
              />
            }
            label={field.title}
          />
          {hasHelp && (
            <FormHelperText error={fault !== undefined}>{help}</FormHelperText>
          )}
        </Box>
      );
    case "choice":
    case "number":
    case "text":
      return (
        <ItemInput common={common} field={field} value={value} onChange={onChange} />
      );
    case "list":
      return (
        <ListInput
          id={id}
          label={label}
          help={hasHelp ? help : undefined}
          isWrong={fault !== undefined}
          field={field}
          value={Array.isArray(value) ? value : []}
          onChange={onChange}
        />
      );
    case "json":
      return (
        <JsonInput common={common} field={field} value={value} onChange={onChange} />
      );
  }
}
