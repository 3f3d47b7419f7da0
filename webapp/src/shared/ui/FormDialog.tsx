/** A dialog with fields, that closes when the engine has taken them. */
import Button from "@mui/material/Button";
import Dialog from "@mui/material/Dialog";
import DialogActions from "@mui/material/DialogActions";
import DialogContent from "@mui/material/DialogContent";
import DialogTitle from "@mui/material/DialogTitle";
import { useMutation } from "@tanstack/react-query";
import { type ReactNode, useId } from "react";

import { useTranslation } from "../i18n";
import { BusyButton } from "./BusyButton";
import { Failure } from "./Faults";

interface FormDialogProps {
  title: string;
  action: string;
  isDangerous?: boolean;
  /** Whether it can be sent as it is. */
  isReady?: boolean;
  send: () => Promise<unknown>;
  onDone: () => void;
  onClose: () => void;
  children: ReactNode;
}

export function FormDialog(props: FormDialogProps) {
  const { title, action, isDangerous, isReady = true, send, onDone, onClose } = props;
  const { t } = useTranslation();
  const id = useId();
  const sending = useMutation({
    mutationFn: send,
    onSuccess: () => {
      onDone();
      onClose();
    },
  });
  return (
    <Dialog open fullWidth maxWidth="sm" aria-labelledby={id} onClose={onClose}>
      <DialogTitle id={id}>{title}</DialogTitle>
      <form
        onSubmit={(event) => {
          event.preventDefault();
          sending.mutate();
        }}
      >
        <DialogContent sx={{ display: "grid", gap: 4, pt: "8px !important" }}>
          {props.children}
          {sending.error && <Failure error={sending.error} />}
        </DialogContent>
        <DialogActions>
          <Button color="inherit" onClick={onClose}>
            {t("run.cancel")}
          </Button>
          <BusyButton
            type="submit"
            variant="contained"
            color={isDangerous ? "error" : "primary"}
            isBusy={sending.isPending}
            disabled={!isReady}
          >
            {action}
          </BusyButton>
        </DialogActions>
      </form>
    </Dialog>
  );
}
