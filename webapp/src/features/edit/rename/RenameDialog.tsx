/** Another id for a node, wherever it is named; where that is, is shown before. */
import Button from "@mui/material/Button";
import DialogActions from "@mui/material/DialogActions";
import DialogContent from "@mui/material/DialogContent";
import DialogTitle from "@mui/material/DialogTitle";
import TextField from "@mui/material/TextField";
import Typography from "@mui/material/Typography";
import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { type FormEvent, useState } from "react";

import { findNode, isNodeId, type PipelineDocument } from "@/pipeline/document";
import { readDocument } from "@/pipeline/reading";
import { sharing } from "@/pipeline/sharing";
import { useTranslation } from "@/shared/i18n";
import { Failure } from "@/shared/ui/Faults";

import { rename } from "../calls";
import { focusNode } from "../canvas/picking";
import { EditDialog } from "../EditDialog";
import { perform, useEdit } from "../store";
import { useUi } from "../ui";
import { words } from "../words";

export function RenameDialog() {
  const id = useEdit(({ selection }) => selection[0]);

  return (
    <EditDialog name="rename" width="sm" titleId="rename-title">
      {(close) => id !== undefined && <Renaming key={id} id={id} onDone={close} />}
    </EditDialog>
  );
}

function Renaming({ id, onDone }: { id: string; onDone: () => void }) {
  const { t } = useTranslation();
  const document = useEdit((state) => state.document);
  const [typed, setTyped] = useState(id);
  const name = typed.trim();
  const wrong = whatIsWrong(document, id, name);

  // Asked at each letter: it takes the engine some milliseconds, and nothing is stored.
  const effect = useQuery({
    queryKey: ["rename", id, name],
    queryFn: () => rename(document, id, name),
    enabled: name !== id && wrong === undefined,
    placeholderData: keepPreviousData,
    gcTime: 0,
    retry: false,
  });
  const isShown = effect.data !== undefined && !effect.isPlaceholderData;
  const places = effect.data?.changed.filter(({ field }) => field !== "id") ?? [];

  const apply = (event: FormEvent) => {
    event.preventDefault();
    if (!isShown || wrong !== undefined) return;
    const { document: renamed } = readDocument(effect.data?.pipeline);
    if (!renamed) return;
    perform((now) => sharing(now, renamed), { select: [name] });
    useUi.getState().tell({
      text: words("edit.renaming.renamed", { count: places.length + 1 }),
    });
    onDone();
    // The node is another one for the browser: the keyboard goes on there.
    focusNode(name);
  };

  return (
    <form onSubmit={apply}>
      <DialogTitle id="rename-title">{t("edit.renaming.title", { id })}</DialogTitle>
      <DialogContent>
        <TextField
          autoFocus
          fullWidth
          margin="dense"
          label={t("edit.renaming.name")}
          value={typed}
          error={wrong !== undefined}
          helperText={wrong ?? " "}
          slotProps={{ htmlInput: { spellCheck: false, autoCapitalize: "none" } }}
          onFocus={(event) => {
            event.target.select();
          }}
          onChange={(event) => {
            setTyped(event.target.value);
          }}
        />
        {effect.error && <Failure error={effect.error} />}
        {name !== id && isShown && (
          <>
            <Typography color="textSecondary">
              {places.length === 0
                ? t("edit.renaming.no_effect")
                : t("edit.renaming.effect", { count: places.length })}
            </Typography>
            <ul>
              {places.map(({ node, field }) => (
                <li key={`${node} ${field}`}>
                  {node} · {field}
                </li>
              ))}
            </ul>
          </>
        )}
      </DialogContent>
      <DialogActions>
        <Button color="inherit" onClick={onDone}>
          {t("edit.cancel")}
        </Button>
        <Button
          type="submit"
          variant="contained"
          disabled={name === id || wrong !== undefined || !isShown}
        >
          {t("edit.renaming.rename")}
        </Button>
      </DialogActions>
    </form>
  );

  function whatIsWrong(
    now: PipelineDocument,
    before: string,
    wished: string,
  ): string | undefined {
    if (!isNodeId(wished)) return t("edit.renaming.bad");
    const isTaken = wished !== before && findNode(now, wished) !== undefined;
    return isTaken ? t("edit.renaming.taken") : undefined;
  }
}
