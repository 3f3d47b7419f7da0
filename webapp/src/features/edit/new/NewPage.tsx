/** A new pipeline: begun from an example of what it takes, a file, or an old draft. */
import { useQuery } from "@tanstack/react-query";
import { getRouteApi } from "@tanstack/react-router";
import { useEffect } from "react";

import type { PipelineDocument } from "@/pipeline/document";
import { useTranslation } from "@/shared/i18n";
import { Page } from "@/shared/ui/Page";

import { findDraft } from "../drafts/database";
import { newDraftKey, writeNow } from "../drafts/keeping";
import { Editor } from "../Editor";
import { forgetText, useJsonText } from "../json/jsonText";
import { NOTHING, useEdit } from "../store";
import "../words";
import { BeginForm } from "./BeginForm";
import { NewDrafts } from "./NewDrafts";

const page = getRouteApi("/edit");

export function NewPage() {
  const { t } = useTranslation();
  const { draft } = page.useSearch();
  const navigate = page.useNavigate();
  const isOpen = useEdit((state) => draft !== undefined && state.draft === draft);

  // The address names the draft: so loading the page again goes on with it.
  const kept = useQuery({
    queryKey: ["draft", draft],
    queryFn: async () => (await findDraft(draft ?? "")) ?? null,
    enabled: draft !== undefined && !isOpen,
    gcTime: 0,
  });
  useEffect(() => {
    if (isOpen || !kept.data) return;
    const { key, base, document, text, of } = kept.data;
    useEdit.getState().open({ base, document, draft: key });
    useJsonText.setState({ text, of });
  }, [isOpen, kept.data]);

  const begin = (document: PipelineDocument) => {
    const key = newDraftKey();
    useEdit.getState().open({ base: NOTHING, document, draft: key });
    forgetText();
    // An address that names a draft can be loaded again.
    void writeNow().then(() => navigate({ search: { draft: key } }));
  };

  if (isOpen) return <Editor />;
  if (draft !== undefined && kept.data !== null && !kept.error) {
    return <Page title={t("edit.start.title")}>{t("edit.start.loading")}</Page>;
  }
  return (
    <Page title={t("edit.start.title")} width={640}>
      <NewDrafts
        onOpen={(key) => {
          void navigate({ search: { draft: key } });
        }}
      />
      <BeginForm onBegin={begin} />
    </Page>
  );
}
