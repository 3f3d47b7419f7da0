/** The fields of a form, one below the other. What is wrong is said at its field. */
import Box from "@mui/material/Box";

import type { FieldFault } from "@/contract/checking";
import type { Field } from "@/contract/fields";

import { FileInput } from "./FileInput";
import { type Form, withFiles, withValue } from "./form";
import { TypedInput } from "./TypedInput";

interface FormFieldsProps {
  fields: Field[];
  form: Form;
  /** By field. */
  faults: Record<string, FieldFault>;
  onChange: (form: Form) => void;
}

export function FormFields({ fields, form, faults, onChange }: FormFieldsProps) {
  const fileFields = fields.filter(({ kind }) => kind === "file");
  return (
    <Box sx={{ display: "grid", gap: 5 }}>
      {fields.map((field) =>
        field.kind === "file" ? (
          <FileInput
            key={field.name}
            id={idOf(field.name)}
            field={field}
            files={form.files[field.name] ?? []}
            fault={faults[field.name]}
            // With one place for files, a paste or a drop anywhere is meant for it.
            takesAll={fileFields.length === 1}
            onChange={(list) => {
              onChange(withFiles(form, field.name, list));
            }}
          />
        ) : (
          <TypedInput
            key={field.name}
            id={idOf(field.name)}
            field={field}
            value={form.values[field.name]}
            fault={faults[field.name]}
            onChange={(value) => {
              onChange(withValue(form, field.name, value));
            }}
          />
        ),
      )}
    </Box>
  );
}

/** Give the focus to the first field that is wrong; whether there is one. */
export function focusFirstFault(
  fields: Field[],
  faults: Record<string, FieldFault>,
): boolean {
  const first = fields.find(({ name }) => faults[name]);
  if (first) document.getElementById(idOf(first.name))?.focus();
  return first !== undefined;
}

function idOf(field: string): string {
  return `field-${field}`;
}
