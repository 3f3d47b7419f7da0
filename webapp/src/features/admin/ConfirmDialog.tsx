/** Asks before something is deleted for good. */
import Typography from "@mui/material/Typography";

import { FormDialog } from "./FormDialog";

interface ConfirmDialogProps {
  title: string;
  words: string;
  action: string;
  send: () => Promise<unknown>;
  onDone: () => void;
  onClose: () => void;
}

export function ConfirmDialog({ words, ...others }: ConfirmDialogProps) {
  return (
    <FormDialog isDangerous {...others}>
      <Typography>{words}</Typography>
    </FormDialog>
  );
}
