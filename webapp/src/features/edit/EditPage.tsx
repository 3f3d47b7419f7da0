/** The editor of a route that is there. */
import Alert from "@mui/material/Alert";
import { useQuery } from "@tanstack/react-query";
import { getRouteApi } from "@tanstack/react-router";
import { useEffect } from "react";

import { readDocument } from "@/pipeline/reading";
import { engine } from "@/shared/api/client";
import { useTranslation } from "@/shared/i18n";
import { Failure } from "@/shared/ui/Faults";
import { Page } from "@/shared/ui/Page";

import { draftKey } from "./drafts/keeping";
import { Editor } from "./Editor";
import { forgetText } from "./json/jsonText";
import { showField } from "./showField";
import { useEdit } from "./store";
import { useUi, type View, VIEWS } from "./ui";
import "./words";

const page = getRouteApi("/edit/$route");

export function EditPage() {
  const { route } = page.useParams();
  const { t } = useTranslation();
  const isThere = useEdit((state) => state.route === route);
  // It got another name, to which the address has not come yet: what has the old one now
  // is no matter of this window, and would take the place of what is edited.
  const isLeft = useEdit((state) => state.left === route);
  const opened = isThere || isLeft;
  useEffect(() => {
    if (isThere) useEdit.getState().arrive();
  }, [isThere]);
  const stored = useQuery({
    queryKey: ["edited", route],
    queryFn: ({ signal }) => engine.route(route, signal),
    enabled: !opened,
    // What is edited changes only when the author says so.
    staleTime: Infinity,
    gcTime: 0,
  });
  useViewInAddress();

  const details = stored.data;
  useEffect(() => {
    if (opened || details?.type !== "pipeline") return;
    const { document } = readDocument(details.pipeline);
    if (!document) return;
    const version = details.version ?? undefined;
    const base = { version, document };
    const readOnly = details.may_edit ? undefined : { space: details.space };
    useEdit.getState().open({ route, base, draft: draftKey(route), readOnly });
    forgetText();
  }, [opened, details, route]);

  if (opened) return <Editor />;
  if (stored.error) {
    return (
      <Page title={route}>
        <Failure error={stored.error} />
      </Page>
    );
  }
  return (
    <Page title={route}>
      {details ? <NotShown type={details.type} /> : t("edit.start.loading")}
    </Page>
  );
}

/** Services have no document, and that of some pipelines is for others. */
function NotShown({ type }: { type: string }) {
  const { t } = useTranslation();
  const why = type === "pipeline" ? "edit.looking.only_run" : "edit.start.no_editor";
  return <Alert severity="info">{t(why)}</Alert>;
}

/** The view stands in the address, as does the field that is asked for. */
function useViewInAddress(): void {
  const { view, node, field } = page.useSearch();
  const navigate = page.useNavigate();
  const shown = useUi((state) => state.view);

  useEffect(() => {
    const wanted = VIEWS.find((name) => name === view);
    useUi.getState().show(wanted ?? "canvas");
    // Only the address as it was opened: later it follows the view.
    // eslint-disable-next-line react-hooks/exhaustive-deps
  }, []);

  useEffect(() => {
    const inAddress = (view ?? "canvas") as View;
    if (shown === inAddress) return;
    void navigate({
      search: (before) => ({ ...before, view: shown }),
      replace: true,
    });
  }, [shown, view, navigate]);

  const opened = useEdit((state) => state.route !== undefined);
  useEffect(() => {
    if (!opened || node === undefined) return;
    showField(node, field);
  }, [opened, node, field]);
}
