/** The example input with which the pipeline is tried; it is kept in this browser. */
import Box from "@mui/material/Box";
import Button from "@mui/material/Button";
import Dialog from "@mui/material/Dialog";
import DialogActions from "@mui/material/DialogActions";
import DialogContent from "@mui/material/DialogContent";
import DialogTitle from "@mui/material/DialogTitle";
import Typography from "@mui/material/Typography";
import { type FormEvent, useEffect, useMemo, useState } from "react";

import type { Field } from "@/contract/fields";
import { exampleOf, hasExample } from "@/forms/example";
import { engineFaults, faultsOf, type Form, isSaidAtFields } from "@/forms/form";
import { focusFirstFault, FormFields } from "@/forms/FormFields";
import { entryOf, routeOf } from "@/pipeline/document";
import { useTranslation } from "@/shared/i18n";
import { Failure } from "@/shared/ui/Faults";

import { GOES_AT_ONCE } from "../EditDialog";
import { useEdit } from "../store";
import { fieldsOfEntry, filled, fitting, inputOf } from "./inputForm";
import { keptInput } from "./keptInput";
import { runWith } from "./run";
import { setTry, useTry } from "./tryState";

const TITLE = "input-title";

export function InputDialog() {
  const document = useEdit((state) => state.document);
  const fields = useMemo(() => fieldsOfEntry(entryOf(document)), [document]);
  const route = routeOf(document);
  const [begun, setBegun] = useState<Form>();

  useEffect(() => {
    let isCurrent = true;
    void formToBegin(route, fields).then((form) => {
      if (isCurrent) setBegun(form);
    });
    return () => {
      isCurrent = false;
    };
  }, [route, fields]);

  // Not before it is known what was kept: that would replace what is typed by then.
  return begun && <Asking fields={fields} begun={begun} />;
}

/** What was kept of an earlier run; the pipeline may take something else since then. */
async function formToBegin(route: string | undefined, fields: Field[]): Promise<Form> {
  const kept = route === undefined ? undefined : await keptInput(route);
  return kept ? fitting(fields, kept) : filled(fields);
}

interface AskingProps {
  fields: Field[];
  begun: Form;
}

function Asking({ fields, begun }: AskingProps) {
  const { t } = useTranslation();
  const [form, setForm] = useState(begun);
  // Nobody likes to be told that a field is empty before it was their turn.
  const [isChecked, setIsChecked] = useState(false);
  const faults = useMemo(() => faultsOf(fields, form), [fields, form]);
  // Why the engine did not take what was sent before.
  const error = useTry((state) => state.error);

  const close = () => {
    setTry({ dialog: false, upTo: undefined });
  };
  const run = (event: FormEvent) => {
    event.preventDefault();
    setIsChecked(true);
    if (!focusFirstFault(fields, faults)) void runWith(inputOf(form));
  };

  return (
    <Dialog
      open
      onClose={close}
      fullWidth
      maxWidth="sm"
      transitionDuration={GOES_AT_ONCE}
      aria-labelledby={TITLE}
    >
      <Box
        component="form"
        noValidate
        onSubmit={run}
        sx={{ display: "flex", flexDirection: "column", minHeight: 0 }}
      >
        <DialogTitle id={TITLE}>{t("canvas.input_title")}</DialogTitle>
        <DialogContent sx={{ display: "grid", gap: 4 }}>
          <Typography color="textSecondary" sx={{ fontSize: 13 }}>
            {t(fields.length > 0 ? "canvas.input_kept" : "canvas.input_none")}
          </Typography>
          <FormFields
            fields={fields}
            form={form}
            faults={{ ...engineFaults(fields, error), ...(isChecked && faults) }}
            onChange={setForm}
          />
          {error !== undefined && !isSaidAtFields(fields, error) && (
            <Failure error={error} />
          )}
        </DialogContent>
        <DialogActions>
          {hasExample(fields) && (
            <Button
              sx={{ mr: "auto" }}
              onClick={() => {
                void exampleOf(fields).then(setForm);
              }}
            >
              {t("run.example")}
            </Button>
          )}
          <Button color="inherit" onClick={close}>
            {t("edit.cancel")}
          </Button>
          <Button type="submit" variant="contained" autoFocus>
            {t("canvas.run")}
          </Button>
        </DialogActions>
      </Box>
    </Dialog>
  );
}
