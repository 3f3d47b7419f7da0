/** The way to a pipeline in the editor; of a task that failed, to the field at fault. */
import type { RouteDetails, TaskStatus } from "@/shared/api/types";
import { useTranslation } from "@/shared/i18n";
import { useMayEdit } from "@/shared/useAbout";

import { LinkButton } from "./LinkButton";

interface EditorLinkProps {
  route: RouteDetails | undefined;
  status?: TaskStatus;
}

export function EditorLink({ route, status }: EditorLinkProps) {
  const { t } = useTranslation();
  const mayEdit = useMayEdit();
  // What a service announced is its own, and a route may be gone.
  if (!mayEdit || route?.type !== "pipeline") return null;

  return (
    <LinkButton
      to="/edit/$route"
      params={{ route: route.route }}
      search={status ? placeOf(status) : {}}
    >
      {t("editor.open")}
    </LinkButton>
  );
}

function placeOf({ id, failed }: TaskStatus) {
  const node = failed?.node;
  const field = failed?.fault?.field;
  return { task: id, ...(node && { node }), ...(field && { field }) };
}
