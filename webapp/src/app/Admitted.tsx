/** The page; or what stands in its place for somebody for whom it has nothing. */
import { Outlet, useLocation } from "@tanstack/react-router";

import type { About } from "@/shared/api/types";
import { useTranslation } from "@/shared/i18n";
import { isNowhere, mayEdit } from "@/shared/rights";
import { Note } from "@/shared/ui/Note";

// What somebody sees who has no role in any space yet.
const FOR_ALL = /^\/(account|device|sign-in|first-administrator)/;
// Pipelines that are there can be looked at: the editor opens read-only.
const FOR_AUTHORS = /^\/edit\/?$/;

export function Admitted({ about }: { about: About | undefined }) {
  const { t } = useTranslation();
  const path = useLocation({ select: (location) => location.pathname });

  if (about && !FOR_ALL.test(path)) {
    if (isNowhere(about)) {
      const name = about.person?.name;
      return (
        <Note
          title={t("account.nowhere")}
          words={t("account.nowhere_words", { name })}
        />
      );
    }
    if (FOR_AUTHORS.test(path) && about.person && !mayEdit(about)) {
      return <Note title={t("error.title")} words={t("account.authors_only")} />;
    }
  }
  return <Outlet />;
}
