/** The frame of the pages of accounts: the ways between them, and whom each is for. */
import Alert from "@mui/material/Alert";
import type { ReactNode } from "react";

import { useTranslation } from "@/shared/i18n";
import { AccountNav } from "@/shared/ui/AccountNav";
import { Note } from "@/shared/ui/Note";
import { Page } from "@/shared/ui/Page";
import { useAbout } from "@/shared/useAbout";

import "./words";

interface AdminPageProps {
  title: string;
  /** Whether only administrators may do what is here. */
  forAdministrators?: boolean;
  aside?: ReactNode;
  children: ReactNode;
}

export function AdminPage(props: AdminPageProps) {
  const { title, forAdministrators = false, aside, children } = props;
  const { t } = useTranslation();
  const about = useAbout();
  if (about === undefined) return null;
  if (about.auth === "off") return <Note title={title} words={t("admin.off")} />;
  const isForOthers = forAdministrators && !about.person?.administrator;
  return (
    <Page title={title} aside={!isForOthers && aside} width={1080}>
      <AccountNav about={about} />
      {isForOthers ? (
        <Alert severity="info">{t("account.administrators_only")}</Alert>
      ) : (
        children
      )}
    </Page>
  );
}
