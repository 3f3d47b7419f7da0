/** Who uses a route; asked before it is deleted, too. */
import Alert from "@mui/material/Alert";
import Button from "@mui/material/Button";
import DialogActions from "@mui/material/DialogActions";
import DialogContent from "@mui/material/DialogContent";
import DialogTitle from "@mui/material/DialogTitle";
import LinearProgress from "@mui/material/LinearProgress";
import Typography from "@mui/material/Typography";

import type { FoundSteps } from "@/shared/api/types";
import { useTranslation } from "@/shared/i18n";
import { Failure } from "@/shared/ui/Faults";
import { FoundPipelines } from "@/shared/ui/FoundPipelines";
import { schedulesOf, useUsers } from "@/shared/useUsers";

import { EditDialog } from "../EditDialog";
import { removePipeline } from "../save/saving";
import { useEdit, useReadOnly } from "../store";
import { useUi } from "../ui";

export function UsersDialog() {
  const route = useUi((state) => state.asked) ?? "";
  return (
    <EditDialog name="users" width="sm" titleId="users-title">
      {(close) => <Users route={route} onDone={close} />}
    </EditDialog>
  );
}

interface UsersProps {
  route: string;
  onDone: () => void;
}

function Users({ route, onDone }: UsersProps) {
  const { t } = useTranslation();
  const readOnly = useReadOnly();
  const own = useEdit((state) => state.route);
  const openDialog = useUi((state) => state.openDialog);
  const { data, error } = useUsers(route);

  return (
    <>
      <DialogTitle id="users-title">{t("edit.users.title", { route })}</DialogTitle>
      <DialogContent tabIndex={0}>
        <List found={data} error={error} onDone={onDone} />
      </DialogContent>
      <DialogActions>
        {!readOnly && (route === own || (data?.total ?? 0) > 0) && (
          <Button
            onClick={() => {
              openDialog("reroute", route);
            }}
          >
            {t(route === own ? "edit.users.rename" : "edit.users.instead")}
          </Button>
        )}
        <Button color="inherit" autoFocus onClick={onDone}>
          {t("edit.close")}
        </Button>
      </DialogActions>
    </>
  );
}

interface ListProps {
  found: FoundSteps | undefined;
  error: Error | null;
  onDone: () => void;
}

function List({ found, error, onDone }: ListProps) {
  const { t } = useTranslation();
  if (error) return <Failure error={error} />;
  if (!found) return <LinearProgress aria-label={t("loading")} />;
  if (found.total + found.hidden + schedulesOf(found) === 0) {
    return <Typography>{t("used.nobody")}</Typography>;
  }
  return (
    // Who goes to another pipeline has left this window.
    <div
      onClick={({ target }) => {
        if (target instanceof Element && target.closest("a")) onDone();
      }}
    >
      <FoundPipelines found={found} />
    </div>
  );
}

/** Others call it: that is said before, although deleting can be undone. */
export function DeleteDialog() {
  const route = useUi((state) => state.asked) ?? "";
  return (
    <EditDialog name="delete" width="sm" titleId="delete-title">
      {(close) => <Deleting route={route} onDone={close} />}
    </EditDialog>
  );
}

function Deleting({ route, onDone }: UsersProps) {
  const { t } = useTranslation();
  const { data, error } = useUsers(route);
  const isCalled = data !== undefined && data.total + data.hidden > 0;
  return (
    <>
      <DialogTitle id="delete-title">{t("edit.users.delete", { route })}</DialogTitle>
      <DialogContent tabIndex={0}>
        <Alert severity="warning" sx={{ mb: 4 }}>
          {t(isCalled ? "edit.users.delete_effect" : "edit.users.delete_started", {
            route,
          })}
        </Alert>
        <List found={data} error={error} onDone={onDone} />
      </DialogContent>
      <DialogActions>
        <Button color="inherit" autoFocus onClick={onDone}>
          {t("edit.cancel")}
        </Button>
        <Button
          variant="contained"
          color="error"
          onClick={() => {
            onDone();
            void removePipeline();
          }}
        >
          {t("edit.users.delete_anyway")}
        </Button>
      </DialogActions>
    </>
  );
}
