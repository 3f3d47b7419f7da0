/** Makes an account for somebody. */
import Checkbox from "@mui/material/Checkbox";
import FormControlLabel from "@mui/material/FormControlLabel";
import { useState } from "react";

import { useTranslation } from "@/shared/i18n";
import { FormDialog } from "@/shared/ui/FormDialog";
import { MIN_PASSWORD_CHARACTERS, PasswordInput } from "@/shared/ui/PasswordInput";
import { TextInput } from "@/shared/ui/TextInput";
import { useSpaceNames } from "@/shared/useSpaceNames";

import { addPerson, type Role } from "../calls";
import { RoleInput } from "../RoleInput";

interface AddDialogProps {
  onDone: () => void;
  onClose: () => void;
}

export function AddDialog({ onDone, onClose }: AddDialogProps) {
  const { t } = useTranslation();
  const nameOf = useSpaceNames();
  const [name, setName] = useState("");
  const [password, setPassword] = useState("");
  const [role, setRole] = useState<Role | "">("reader");
  const [administrator, setAdministrator] = useState(false);
  return (
    <FormDialog
      title={t("admin.add_person")}
      action={t("admin.add")}
      send={() => addPerson({ name, password, administrator, ...(role && { role }) })}
      onDone={onDone}
      onClose={onClose}
    >
      <TextInput
        id="person-name"
        label={t("admin.name")}
        value={name}
        attributes={{
          required: true,
          maxLength: 100,
          autoFocus: true,
          autoComplete: "off",
          autoCapitalize: "none",
        }}
        onChange={setName}
      />
      <PasswordInput
        id="person-password"
        label={t("admin.first_password")}
        value={password}
        autoComplete="new-password"
        helperText={t("admin.first_password_help", { least: MIN_PASSWORD_CHARACTERS })}
        onChange={setPassword}
      />
      <RoleInput
        id="person-role"
        label={t("admin.role_in", { space: nameOf("main") })}
        value={role}
        none={t("admin.role_none")}
        onChange={setRole}
      />
      <FormControlLabel
        label={t("admin.is_administrator")}
        control={
          <Checkbox
            size="small"
            checked={administrator}
            onChange={(_, isChosen) => {
              setAdministrator(isChosen);
            }}
          />
        }
      />
    </FormDialog>
  );
}
