/** Shows what would be stored, node by node, and stores it. */
import Alert from "@mui/material/Alert";
import Button from "@mui/material/Button";
import DialogActions from "@mui/material/DialogActions";
import DialogContent from "@mui/material/DialogContent";
import DialogTitle from "@mui/material/DialogTitle";
import Typography from "@mui/material/Typography";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";
import { lazy, Suspense, useMemo, useState } from "react";

import { differences } from "@/pipeline/difference";
import { entryOf, routeOf } from "@/pipeline/document";
import { useTranslation } from "@/shared/i18n";
import { patiently } from "@/shared/patiently";
import { spacesOf } from "@/shared/rights";
import { BusyButton } from "@/shared/ui/BusyButton";
import { Failure } from "@/shared/ui/Faults";
import { ChoiceInput } from "@/shared/ui/TextInput";
import { useAbout } from "@/shared/useAbout";
import { useSpaceNames } from "@/shared/useSpaceNames";

import { EditDialog } from "../EditDialog";
import { goToFault } from "../faults/actions";
import { isError, useFaultState } from "../faults/faultState";
import { showField } from "../showField";
import { useEdit } from "../store";
import { useUi } from "../ui";
import { DifferenceList } from "./DifferenceList";
import { expectedVersion, isMoved, keep, save } from "./saving";

// Most names are free.
const TakenName = lazy(
  patiently(async () => ({ default: (await import("./TakenName")).TakenName })),
);

/** Where the engine puts a route if no space is named. */
const MAIN = "main";

export function SaveDialog() {
  return (
    <EditDialog name="save" width="md" titleId="save-title">
      {(close) => <Saving onDone={close} />}
    </EditDialog>
  );
}

function Saving({ onDone }: { onDone: () => void }) {
  const { t } = useTranslation();
  const { base, document } = useEdit();
  const hasErrors = useFaultState(({ faults }) => faults.some(isError));
  const openDialog = useUi((state) => state.openDialog);
  const queries = useQueryClient();
  const navigate = useNavigate();
  const found = useMemo(
    () => differences(base.document, document),
    [base.document, document],
  );

  // Of a route that is there it is known where it belongs.
  const about = useAbout();
  const spaces = about ? spacesOf(about, true) : [];
  const nameOf = useSpaceNames(spaces.length > 1);
  const isNew = expectedVersion() === undefined;
  const [space, setSpace] = useState(spaces.includes(MAIN) ? MAIN : (spaces[0] ?? ""));

  const saving = useMutation({
    mutationFn: async () => {
      const before = useEdit.getState().route;
      return { before, saved: await save(queries, space) };
    },
    onSuccess: ({ before, saved }) => {
      onDone();
      if (saved !== before) {
        void navigate({ to: "/edit/$route", params: { route: saved }, replace: true });
      }
    },
    onError: (error) => {
      if (isMoved(error) && expectedVersion() !== undefined) openDialog("conflict");
    },
  });
  const keeping = useMutation({ mutationFn: () => keep(queries), onSuccess: onDone });

  const name = routeOf(document);
  const isBusy = saving.isPending || keeping.isPending;
  const isSame = found.length === 0 && base.version !== undefined;
  const isTaken = isMoved(saving.error) && expectedVersion() === undefined;
  const error = saving.error ?? keeping.error;

  return (
    <>
      <DialogTitle id="save-title">{t("edit.saving.title")}</DialogTitle>
      <DialogContent tabIndex={0}>
        {name === undefined ? (
          <NoRoute onDone={onDone} />
        ) : (
          <Typography color="textSecondary" sx={{ mb: 4 }}>
            <Effect />
          </Typography>
        )}
        {isNew && spaces.length > 1 && (
          <ChoiceInput
            id="save-space"
            label={t("edit.saving.space")}
            value={space}
            options={spaces.map((one) => [one, nameOf(one)])}
            sx={{ maxWidth: 280, mb: 4 }}
            onChange={setSpace}
          />
        )}
        {hasErrors && (
          <Alert
            severity="warning"
            sx={{ mb: 4 }}
            action={
              <Button
                size="small"
                color="inherit"
                onClick={() => {
                  onDone();
                  goToFault(0);
                }}
              >
                {t("canvas.go_there")}
              </Button>
            }
          >
            {t("edit.saving.faults")}
          </Alert>
        )}
        {isSame ? (
          <Typography>{t("edit.saving.nothing")}</Typography>
        ) : (
          <DifferenceList found={found} />
        )}
        {isTaken && name !== undefined && (
          <Suspense fallback={null}>
            <TakenName
              name={name}
              onRenamed={() => {
                saving.mutate();
              }}
              onLeave={onDone}
            />
          </Suspense>
        )}
        {error && !isMoved(error) && <Failure error={error} />}
      </DialogContent>
      <DialogActions>
        <Button color="inherit" onClick={onDone}>
          {t("edit.cancel")}
        </Button>
        <BusyButton
          isBusy={isBusy}
          disabled={name === undefined || isSame}
          onClick={() => {
            keeping.mutate();
          }}
        >
          {t("edit.saving.keep")}
        </BusyButton>
        <BusyButton
          variant="contained"
          autoFocus
          isBusy={isBusy}
          disabled={name === undefined || isSame || hasErrors}
          onClick={() => {
            saving.mutate();
          }}
        >
          {t("edit.saving.publish")}
        </BusyButton>
      </DialogActions>
    </>
  );
}

/** What storing does, in a sentence. */
function Effect() {
  const { t } = useTranslation();
  const { route, base, document } = useEdit();
  const name = routeOf(document);
  if (route !== undefined && name !== route) {
    return t("edit.saving.other_route", { route: name, old: route });
  }
  return t(base.version === undefined ? "edit.saving.new" : "edit.saving.replaces", {
    route: name,
  });
}

function NoRoute({ onDone }: { onDone: () => void }) {
  const { t } = useTranslation();
  const document = useEdit((state) => state.document);
  const entry = entryOf(document);
  return (
    <Alert
      severity="error"
      sx={{ mb: 4 }}
      action={
        entry && (
          <Button
            size="small"
            color="inherit"
            onClick={() => {
              onDone();
              showField(entry.id, "api.route");
            }}
          >
            {entry.id}
          </Button>
        )
      }
    >
      {t("edit.saving.no_route")}
    </Alert>
  );
}
