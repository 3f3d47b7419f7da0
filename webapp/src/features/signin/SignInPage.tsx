/** Where somebody signs in, to be sent where they wanted to go. */
import Button from "@mui/material/Button";
import Typography from "@mui/material/Typography";
import { getRouteApi } from "@tanstack/react-router";

import { apiUrl } from "@/shared/api/client";
import { useTranslation } from "@/shared/i18n";
import { ownPath } from "@/shared/ownPath";
import { tellWindows } from "@/shared/session";
import { useAbout } from "@/shared/useAbout";

import { providerAddress, signIn } from "./calls";
import { DoorPage } from "./DoorPage";
import { NameForm } from "./NameForm";
import "./words";

const page = getRouteApi("/sign-in");

export function SignInPage() {
  const { t } = useTranslation();
  const about = useAbout();
  const { next = "" } = page.useSearch();
  // The address may lead out of the app, to /docs say: the browser goes there itself.
  const wanted = ownPath(next, apiUrl(""));

  if (about?.auth === "off") {
    return (
      <DoorPage title={t("signin.title")} words={t("signin.off")}>
        <Button href={apiUrl("")} variant="contained">
          {t("signin.go_on")}
        </Button>
      </DoorPage>
    );
  }
  return (
    <DoorPage
      title={t("signin.title")}
      words={t(about?.auth === "oidc" ? "signin.at_provider" : "signin.ask")}
    >
      {about?.person && (
        <Typography role="status">
          {t("signin.already", { name: about.person.name })}{" "}
          <a href={wanted}>{t("signin.go_on")}</a>
        </Typography>
      )}
      {about?.auth === "oidc" && (
        <Button href={providerAddress(wanted)} variant="contained" size="large">
          {t("signin.action")}
        </Button>
      )}
      {about?.auth === "accounts" && (
        <NameForm
          action={t("signin.action")}
          send={signIn}
          onDone={(person) => {
            tellWindows({ type: "in", person });
            window.location.replace(wanted);
          }}
        />
      )}
    </DoorPage>
  );
}
