/** A copy of the pipeline under another name: it is stored only when it is saved. */
import Button from "@mui/material/Button";
import DialogActions from "@mui/material/DialogActions";
import DialogContent from "@mui/material/DialogContent";
import DialogTitle from "@mui/material/DialogTitle";
import TextField from "@mui/material/TextField";
import { useNavigate } from "@tanstack/react-router";
import { type FormEvent, useState } from "react";

import { entryOf, routeOf } from "@/pipeline/document";
import { setField } from "@/pipeline/edits/fields";
import { useTranslation } from "@/shared/i18n";

import { newDraftKey, writeNow } from "../drafts/keeping";
import { EditDialog } from "../EditDialog";
import { forgetText } from "../json/jsonText";
import { NOTHING, useEdit } from "../store";
import { isRoute } from "./route";

export function DuplicateDialog() {
  return (
    <EditDialog name="duplicate" width="sm" titleId="copy-title">
      {(close) => <Copying onDone={close} />}
    </EditDialog>
  );
}

function Copying({ onDone }: { onDone: () => void }) {
  const { t } = useTranslation();
  const navigate = useNavigate();
  const route = useEdit((state) => routeOf(state.document)) ?? "pipeline";
  const [typed, setTyped] = useState(`${route}-copy`);
  const name = typed.trim();
  const isRight = isRoute(name) && name !== route;

  const open = (event: FormEvent) => {
    event.preventDefault();
    const { document } = useEdit.getState();
    const entry = entryOf(document);
    if (!isRight || !entry) return;
    const draft = newDraftKey();
    useEdit.getState().open({
      base: NOTHING,
      document: setField(document, entry.id, "api.route", name),
      draft,
    });
    forgetText();
    onDone();
    void writeNow().then(() => navigate({ to: "/edit", search: { draft } }));
  };

  return (
    <form onSubmit={open}>
      <DialogTitle id="copy-title">{t("edit.copying.title")}</DialogTitle>
      <DialogContent>
        <TextField
          autoFocus
          fullWidth
          margin="dense"
          label={t("edit.copying.name")}
          value={typed}
          error={!isRight}
          helperText={isRight ? " " : t("edit.copying.bad")}
          slotProps={{ htmlInput: { spellCheck: false, autoCapitalize: "none" } }}
          onChange={(event) => {
            setTyped(event.target.value);
          }}
        />
      </DialogContent>
      <DialogActions>
        <Button color="inherit" onClick={onDone}>
          {t("edit.cancel")}
        </Button>
        <Button type="submit" variant="contained" disabled={!isRight}>
          {t("edit.copying.make")}
        </Button>
      </DialogActions>
    </form>
  );
}
