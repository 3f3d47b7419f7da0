/** Asks before something is deleted for good. */
import { FormDialog } from "@/shared/ui/FormDialog";
import Typography from "@mui/material/Typography";

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
