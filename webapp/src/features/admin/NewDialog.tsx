/** Makes a space or a group: an id for addresses, and a name for people. */
import { useState } from "react";

import { useTranslation } from "@/shared/i18n";
import { FormDialog } from "@/shared/ui/FormDialog";
import { TextInput } from "@/shared/ui/TextInput";

import { idOf } from "./idOf";

interface NewDialogProps {
  title: string;
  send: (body: { id: string; name: string }) => Promise<unknown>;
  onDone: () => void;
  onClose: () => void;
}

export function NewDialog({ title, send, onDone, onClose }: NewDialogProps) {
  const { t } = useTranslation();
  const [name, setName] = useState("");
  // Made of the name, until somebody writes another one.
  const [written, setWritten] = useState<string>();
  const id = written ?? idOf(name);
  return (
    <FormDialog
      title={title}
      action={t("admin.make")}
      send={() => send({ id, name })}
      onDone={onDone}
      onClose={onClose}
    >
      <TextInput
        id="new-name"
        label={t("admin.name")}
        value={name}
        attributes={{ required: true, maxLength: 100, autoFocus: true }}
        onChange={setName}
      />
      <TextInput
        id="new-id"
        label={t("admin.id")}
        value={id}
        attributes={{ required: true, spellCheck: false, autoCapitalize: "none" }}
        helperText={t("admin.id_help")}
        onChange={setWritten}
      />
    </FormDialog>
  );
}
