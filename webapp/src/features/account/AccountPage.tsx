/** Who I am here, what acts for me, and how I want to see it. */
import Box from "@mui/material/Box";
import Typography from "@mui/material/Typography";

import { ExportData } from "@/shared/exporting/ExportData";
import { useTranslation } from "@/shared/i18n";
import { AccountNav } from "@/shared/ui/AccountNav";
import { Page } from "@/shared/ui/Page";
import { Section } from "@/shared/ui/Section";
import { useAbout } from "@/shared/useAbout";

import { Appearance } from "./Appearance";
import { PasswordForm } from "./PasswordForm";
import { Sessions } from "./Sessions";
import { SignOut } from "./SignOut";
import { Tokens } from "./Tokens";
import { Who } from "./Who";
import "./words";

export function AccountPage() {
  const { t } = useTranslation();
  const about = useAbout();
  const person = about?.auth === "off" ? undefined : about?.person;

  if (!about || !person) {
    return (
      <Page title={t("nav.settings")} width={760}>
        {about?.auth === "off" && (
          <Typography color="textSecondary" sx={{ mb: 6 }}>
            {t("account_page.off")}
          </Typography>
        )}
        <Section title={t("account_page.appearance")}>
          <Appearance />
        </Section>
      </Page>
    );
  }
  return (
    <Page title={person.name} width={960} aside={<SignOut auth={about.auth} />}>
      <AccountNav about={about} />
      <Box sx={{ display: "grid", gap: 8 }}>
        <Section title={t("account_page.who")}>
          <Who person={person} />
        </Section>
        <Section title={t("account_page.tokens")}>
          <Tokens mayAnnounce={person.administrator} />
        </Section>
        <Section title={t("account_page.sessions")}>
          <Sessions />
        </Section>
        {about.auth === "accounts" && (
          <Section title={t("account_page.password")}>
            <PasswordForm name={person.name} />
          </Section>
        )}
        <Section title={t("account_page.appearance")}>
          <Appearance />
        </Section>
        <Section title={t("account_page.data")}>
          <Typography color="textSecondary" sx={{ mb: 3, maxWidth: "68ch" }}>
            {t("account_page.data_words")}
          </Typography>
          <ExportData isMyself person={person} />
        </Section>
      </Box>
    </Page>
  );
}
