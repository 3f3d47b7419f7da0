/** Where the first administrator is made, at the address that the engine has printed. */
import Alert from "@mui/material/Alert";
import { useState } from "react";

import { apiUrl } from "@/shared/api/client";
import { useTranslation } from "@/shared/i18n";
import { tellWindows } from "@/shared/session";
import { MIN_PASSWORD_CHARACTERS } from "@/shared/ui/PasswordInput";

import { becomeAdministrator } from "./calls";
import { DoorPage } from "./DoorPage";
import { NameForm } from "./NameForm";
import "./words";

export function FirstPage() {
  const { t } = useTranslation();
  // Behind # in the address: browsers send that part to nobody, so it is in no log.
  const [invitation] = useState(() => window.location.hash.slice(1));

  return (
    <DoorPage title={t("signin.first")} words={t("signin.first_words")}>
      {invitation === "" ? (
        <Alert severity="warning">{t("signin.not_whole")}</Alert>
      ) : (
        <NameForm
          isNew
          action={t("signin.first_action")}
          help={t("signin.password_help", { least: MIN_PASSWORD_CHARACTERS })}
          send={(name, password) => becomeAdministrator(invitation, name, password)}
          onDone={(person) => {
            tellWindows({ type: "in", person });
            window.location.replace(apiUrl(""));
          }}
        />
      )}
    </DoorPage>
  );
}
