/** What a route takes, as a form. What is wrong is said at its field. */
import Box from "@mui/material/Box";
import Button from "@mui/material/Button";
import { type FormEvent, useMemo, useState } from "react";

import type { FieldFault } from "@/contract/checking";
import type { Field } from "@/contract/fields";
import { exampleOf, hasExample } from "@/forms/example";
import { engineFaults, faultsOf, type Form, isSaidAtFields } from "@/forms/form";
import { focusFirstFault, FormFields } from "@/forms/FormFields";
import { Unreachable } from "@/shared/api/client";
import type { RouteDetails } from "@/shared/api/types";
import { useTranslation } from "@/shared/i18n";
import { WORDS_IN_A_ROW } from "@/shared/theme";
import { BusyButton } from "@/shared/ui/BusyButton";
import { Failure } from "@/shared/ui/Faults";

import { withNeededFiles } from "./neededFiles";
import { SendingBar } from "./SendingBar";
import { Snippets } from "./Snippets";
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
  const takesFiles = fields.some(({ kind }) => kind === "file");
  const isSending = sending !== undefined;

  const send = (filled: Form) => {
    setRefusedForm(filled);
    onRun(filled);
  };

  const run = (event: FormEvent) => {
    event.preventDefault();
    setIsChecked(true);
    if (!focusFirstFault(fields, faults)) send(form);
  };

  const runExample = async () => {
    const filled = await exampleOf(fields);
    onChange(filled);
    send(filled);
  };

  return (
    <Box component="form" noValidate onSubmit={run} aria-busy={isSending}>
      <FormFields fields={fields} form={form} faults={shown} onChange={onChange} />
      <Box
        sx={{
          display: "flex",
          flexWrap: "wrap",
          gap: { xs: 2, sm: 3 },
          mt: 6,
          alignItems: "center",
          // All of them fit beside each other on a phone, in French too.
          "& .MuiButton-sizeLarge": { px: { xs: 3.5, sm: 5.5 } },
        }}
      >
        <BusyButton type="submit" variant="contained" size="large" isBusy={isSending}>
          {t("run.run")}
        </BusyButton>
        {sending && <SendingBar sending={sending} onCancel={onCancel} />}
        {!isSending && hasExample(fields) && takesFiles && (
          <Button variant="outlined" size="large" onClick={() => void runExample()}>
            {t("run.example")}
          </Button>
        )}
        {!isSending && (
          <Box sx={{ ...WORDS_IN_A_ROW, ml: "auto" }}>
            <Snippets
              route={route.route}
              values={form.values}
              files={withNeededFiles(fields, form.files)}
            />
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
