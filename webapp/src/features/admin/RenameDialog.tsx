/** Gives a space another name; its id stays. */
import { useState } from "react";

import { useTranslation } from "@/shared/i18n";
import { FormDialog } from "@/shared/ui/FormDialog";
import { TextInput } from "@/shared/ui/TextInput";

interface RenameDialogProps {
  name: string;
  send: (name: string) => Promise<unknown>;
  onDone: () => void;
  onClose: () => void;
}

export function RenameDialog({ name, send, onDone, onClose }: RenameDialogProps) {
  const { t } = useTranslation();
  const [wanted, setWanted] = useState(name);
  return (
    <FormDialog
      title={t("admin.rename")}
      action={t("admin.rename")}
      send={() => send(wanted)}
      onDone={onDone}
      onClose={onClose}
    >
      <TextInput
        id="other-name"
        label={t("admin.name")}
        value={wanted}
        attributes={{ required: true, maxLength: 100, autoFocus: true }}
        onChange={setWanted}
      />
    </FormDialog>
  );
}
