/** What a route takes, as a form. What is wrong is said at its field. */
import Box from "@mui/material/Box";
import Button from "@mui/material/Button";
import { type FormEvent, useMemo, useState } from "react";

import type { FieldFault } from "@/contract/checking";
import type { Field } from "@/contract/fields";
import { Unreachable } from "@/shared/api/client";
import type { RouteDetails } from "@/shared/api/types";
import { useTranslation } from "@/shared/i18n";
import { Failure } from "@/shared/ui/Faults";

import { exampleOf, hasExample } from "./example";
import { FileInput } from "./FileInput";
import {
  engineFaults,
  faultsOf,
  type Form,
  isSaidAtFields,
  withFiles,
  withValue,
} from "./form";
import { SendingBar } from "./SendingBar";
import { Snippets } from "./Snippets";
import { TypedInput } from "./TypedInput";
import type { Sending } from "./useRun";

interface RunFormProps {
  route: RouteDetails;
  fields: Field[];
  form: Form;
  sending: Sending | undefined;
  error: unknown;
  onChange: (form: Form) => void;
  onRun: (form: Form) => void;
  onCancel: () => void;
}

export function RunForm(props: RunFormProps) {
  const { route, fields, form, sending, error, onChange, onRun, onCancel } = props;
  const { t } = useTranslation();
  // Nobody likes to be told that a field is empty before it was their turn.
  const [isChecked, setIsChecked] = useState(false);
  const [refusedForm, setRefusedForm] = useState<Form>();

  const faults = useMemo(() => faultsOf(fields, form), [fields, form]);
  // What the engine said is about the form that it got, not about a changed one.
  const told = refusedForm === form ? error : undefined;
  const shown: Record<string, FieldFault> = {
    ...engineFaults(fields, told),
    ...(isChecked && faults),
  };
  const fileFields = fields.filter(({ kind }) => kind === "file");
  const isSending = sending !== undefined;

  const send = (filled: Form) => {
    setRefusedForm(filled);
    onRun(filled);
  };

  const run = (event: FormEvent) => {
    event.preventDefault();
    setIsChecked(true);
    const first = fields.find(({ name }) => faults[name]);
    if (first) document.getElementById(idOf(first.name))?.focus();
    else send(form);
  };

  const runExample = async () => {
    const filled = await exampleOf(fields);
    onChange(filled);
    send(filled);
  };

  return (
    <Box component="form" noValidate onSubmit={run} aria-busy={isSending}>
      <Box sx={{ display: "grid", gap: 5 }}>
        {fields.map((field) =>
          field.kind === "file" ? (
            <FileInput
              key={field.name}
              id={idOf(field.name)}
              field={field}
              files={form.files[field.name] ?? []}
              fault={shown[field.name]}
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
              fault={shown[field.name]}
              onChange={(value) => {
                onChange(withValue(form, field.name, value));
              }}
            />
          ),
        )}
      </Box>

      <Box
        sx={{ display: "flex", flexWrap: "wrap", gap: 3, mt: 6, alignItems: "center" }}
      >
        <Button type="submit" variant="contained" size="large" disabled={isSending}>
          {t("run.run")}
        </Button>
        {sending && <SendingBar sending={sending} onCancel={onCancel} />}
        {!isSending && hasExample(fields) && fileFields.length > 0 && (
          <Button variant="outlined" size="large" onClick={() => void runExample()}>
            {t("run.example")}
          </Button>
        )}
        {!isSending && (
          <Box sx={{ ml: "auto" }}>
            <Snippets route={route.route} values={form.values} files={form.files} />
          </Box>
        )}
      </Box>

      {told !== undefined && !isSending && !isSaidAtFields(fields, told) && (
        <Box sx={{ mt: 4 }}>
          <Failure
            error={told instanceof Unreachable ? new Error(t("run.send_again")) : told}
          />
        </Box>
      )}
    </Box>
  );
}

function idOf(field: string): string {
  return `field-${field}`;
}
