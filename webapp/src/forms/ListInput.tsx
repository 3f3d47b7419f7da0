/** Several values of one kind, a line for each. */
import Box from "@mui/material/Box";
import Button from "@mui/material/Button";
import FormHelperText from "@mui/material/FormHelperText";
import Typography from "@mui/material/Typography";
import type { ReactNode } from "react";

import { faultOf } from "@/contract/checking";
import type { ItemField, ListField } from "@/contract/fields";
import type { Json } from "@/shared/api/types";
import { useTranslation } from "@/shared/i18n";

import { type CommonProps, ItemInput } from "./ItemInput";

interface ListInputProps {
  id: string;
  label: string;
  help: ReactNode;
  isWrong: boolean;
  field: ListField;
  value: Json[];
  onChange: (value: Json | undefined) => void;
}

export function ListInput(props: ListInputProps) {
  const { id, label, help, isWrong, field, value, onChange } = props;
  const { t } = useTranslation();
  // Then it is said at its line.
  const hasWrongLine = isWrong && value.some((item) => faultOf(field.item, item));
  const isFull = field.maxItems !== undefined && value.length >= field.maxItems;

  const lineProps = (lineId: string, index: number, item: Json): CommonProps => {
    const fault = isWrong ? faultOf(field.item, item) : undefined;
    return {
      id: lineId,
      label: String(index + 1),
      error: fault !== undefined,
      helperText: fault && t(fault.key, fault.values ?? {}),
    };
  };

  return (
    <Box role="group" aria-labelledby={`${id}-title`}>
      <Typography id={`${id}-title`} variant="h3" component="h2" sx={{ mb: 2 }}>
        {label}
      </Typography>
      <Box sx={{ display: "grid", gap: 3 }}>
        {value.map((item, index) => (
          <Box key={index} sx={{ display: "flex", gap: 2, alignItems: "flex-start" }}>
            <ItemInput
              common={lineProps(`${id}-${String(index)}`, index, item)}
              field={{ ...field.item, example: undefined }}
              value={item}
              onChange={(changed) => {
                onChange(value.with(index, changed ?? emptyOf(field.item)));
              }}
            />
            <Button
              aria-label={t("run.remove", {
                name: `${field.title} ${String(index + 1)}`,
              })}
              onClick={() => {
                const rest = value.filter((_, place) => place !== index);
                onChange(rest.length > 0 ? rest : undefined);
              }}
              sx={{ minWidth: 40 }}
            >
              ✕
            </Button>
          </Box>
        ))}
      </Box>
      <Button
        id={id}
        size="small"
        variant="outlined"
        disabled={isFull}
        sx={{ mt: value.length > 0 ? 3 : 0 }}
        onClick={() => {
          onChange([...value, field.item.default ?? emptyOf(field.item)]);
        }}
      >
        {t("run.add")}
      </Button>
      {help && !hasWrongLine && <FormHelperText error={isWrong}>{help}</FormHelperText>}
    </Box>
  );
}

/** A line that was not filled in: a fault says so before it is sent. */
function emptyOf(item: ItemField): Json {
  return item.kind === "choice" ? (item.options[0] ?? null) : "";
}
