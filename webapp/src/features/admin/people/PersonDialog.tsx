/** Changes what somebody is here; locks them out; erases them. */
import Alert from "@mui/material/Alert";
import Button from "@mui/material/Button";
import Checkbox from "@mui/material/Checkbox";
import FormControlLabel from "@mui/material/FormControlLabel";
import Typography from "@mui/material/Typography";
import { useState } from "react";

import { ExportData } from "@/shared/exporting/ExportData";
import { useTranslation } from "@/shared/i18n";
import { FormDialog } from "@/shared/ui/FormDialog";
import { PasswordInput } from "@/shared/ui/PasswordInput";
import { TextInput } from "@/shared/ui/TextInput";
import { useAbout } from "@/shared/useAbout";
import { useSpaceNames } from "@/shared/useSpaceNames";

import {
  changePerson,
  erasePerson,
  type Person,
  putMember,
  removeMember,
  type Role,
} from "../calls";
import { RoleInput } from "../RoleInput";

const MAIN = "main";

interface PersonDialogProps {
  person: Person;
  onChanged: () => void;
  /** It has begun. */
  onErased: () => void;
  onClose: () => void;
}

export function PersonDialog(props: PersonDialogProps) {
  const [isErasing, setErasing] = useState(false);
  return isErasing ? (
    <EraseForm {...props} />
  ) : (
    <ChangeForm
      {...props}
      onErase={() => {
        setErasing(true);
      }}
    />
  );
}

function ChangeForm(props: PersonDialogProps & { onErase: () => void }) {
  const { person, onChanged, onClose, onErase } = props;
  const { t } = useTranslation();
  const about = useAbout();
  const nameOf = useSpaceNames();
  const before = (person.roles[MAIN] ?? "") as Role | "";
  const [role, setRole] = useState(before);
  const [active, setActive] = useState(person.active);
  const [administrator, setAdministrator] = useState(person.administrator);
  const [password, setPassword] = useState("");
  const isMyself = about?.person?.id === person.id;

  const change = async () => {
    // Only what was changed: nothing is written into the log that was not done.
    const changes = {
      ...(active !== person.active && { active }),
      ...(administrator !== person.administrator && { administrator }),
      ...(password !== "" && { password }),
    };
    if (Object.keys(changes).length > 0) await changePerson(person.id, changes);
    if (role === before) return;
    if (role === "") await removeMember(MAIN, person.id);
    else await putMember(MAIN, person.id, role);
  };

  return (
    <FormDialog
      title={person.name}
      action={t("admin.change")}
      send={change}
      onDone={onChanged}
      onClose={onClose}
    >
      <RoleInput
        id="person-role"
        label={t("admin.role_in", { space: nameOf(MAIN) })}
        value={role}
        none={t("admin.role_none")}
        onChange={setRole}
      />
      <Typography variant="body2" color="textSecondary">
        {t("admin.other_spaces")}
      </Typography>
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
      <FormControlLabel
        disabled={isMyself}
        label={t("admin.may_sign_in")}
        control={
          <Checkbox
            size="small"
            checked={active}
            onChange={(_, isChosen) => {
              setActive(isChosen);
            }}
          />
        }
      />
      {about?.auth === "accounts" && !isMyself && (
        <PasswordInput
          id="person-password"
          label={t("admin.other_password")}
          value={password}
          isOptional
          autoComplete="new-password"
          helperText={t("admin.other_password_help")}
          onChange={setPassword}
        />
      )}
      {!isMyself && <ExportData isMyself={false} person={person} />}
      {!isMyself && (
        <Button color="error" sx={{ justifySelf: "start" }} onClick={onErase}>
          {t("admin.erase_person")}
        </Button>
      )}
    </FormDialog>
  );
}

/** The name has to be typed: what is erased does not come back. */
function EraseForm({ person, onErased, onClose }: PersonDialogProps) {
  const { t } = useTranslation();
  const [typed, setTyped] = useState("");
  return (
    <FormDialog
      isDangerous
      title={t("admin.erase_title", { name: person.name })}
      action={t("admin.erase")}
      isReady={typed === person.name}
      send={() => erasePerson(person.id)}
      onDone={onErased}
      onClose={onClose}
    >
      <Alert severity="warning">{t("admin.erase_words")}</Alert>
      <TextInput
        id="typed-name"
        label={t("admin.type_name", { name: person.name })}
        value={typed}
        attributes={{ autoFocus: true, autoComplete: "off", spellCheck: false }}
        onChange={setTyped}
      />
    </FormDialog>
  );
}
