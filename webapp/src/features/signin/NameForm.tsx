/** A name and a password, and why they were refused. */
import Alert from "@mui/material/Alert";
import Box from "@mui/material/Box";
import { useMutation } from "@tanstack/react-query";
import { type ReactNode, useState } from "react";

import { useTranslation } from "@/shared/i18n";
import { BusyButton } from "@/shared/ui/BusyButton";
import { Failure } from "@/shared/ui/Faults";
import { PasswordInput } from "@/shared/ui/PasswordInput";
import { TextInput } from "@/shared/ui/TextInput";

import { refusalOf } from "./calls";

interface NameFormProps {
  /** What the button says. */
  action: string;
  isNew?: boolean;
  /** The name that is filled in. */
  name?: string;
  /** Below the password. */
  help?: ReactNode;
  /** Resolves with the id of who was let in. */
  send: (name: string, password: string) => Promise<string>;
  onDone: (person: string) => void;
}

export function NameForm(props: NameFormProps) {
  const { action, isNew = false, help, send, onDone } = props;
  const { t } = useTranslation();
  const [name, setName] = useState(props.name ?? "");
  const [password, setPassword] = useState("");
  const sending = useMutation({
    mutationFn: () => send(name, password),
    onSuccess: onDone,
  });
  const refusal = refusalOf(sending.error);

  return (
    <Box
      component="form"
      sx={{ display: "grid", gap: 4 }}
      onSubmit={(event) => {
        event.preventDefault();
        sending.mutate();
      }}
    >
      <TextInput
        id="name"
        label={t("signin.name")}
        value={name}
        attributes={{
          autoComplete: "username",
          autoCapitalize: "none",
          spellCheck: false,
          required: true,
          maxLength: 100,
          autoFocus: props.name === undefined,
        }}
        onChange={setName}
      />
      <PasswordInput
        id="password"
        label={t("signin.password")}
        value={password}
        autoComplete={isNew ? "new-password" : "current-password"}
        autoFocus={props.name !== undefined}
        helperText={help}
        onChange={setPassword}
      />
      {sending.error &&
        (refusal === undefined ? (
          <Failure error={sending.error} />
        ) : (
          <Alert severity="error">{t(refusal)}</Alert>
        ))}
      <BusyButton type="submit" variant="contained" isBusy={sending.isPending}>
        {action}
      </BusyButton>
    </Box>
  );
}
