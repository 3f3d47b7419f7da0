/** New pipelines that were begun and never saved. */
import Box from "@mui/material/Box";
import Button from "@mui/material/Button";
import Typography from "@mui/material/Typography";
import { useQuery, useQueryClient } from "@tanstack/react-query";

import { routeOf } from "@/pipeline/document";
import { moment } from "@/shared/format";
import { useTranslation } from "@/shared/i18n";
import { useNow } from "@/shared/useNow";

import { type Draft, draftsOf, putDraft, removeDraft } from "../drafts/database";

export function NewDrafts({ onOpen }: { onOpen: (key: string) => void }) {
  const { t, i18n } = useTranslation();
  const now = useNow(false);
  const queries = useQueryClient();
  const drafts = useQuery({
    queryKey: ["new-drafts"],
    queryFn: () => draftsOf(undefined).catch(() => []),
    staleTime: 0,
  });
  const discarded = useQuery<Draft | null>({
    queryKey: ["discarded-draft"],
    queryFn: () => null,
    staleTime: Infinity,
  });

  const change = async (act: Promise<void>, last: Draft | null) => {
    await act;
    queries.setQueryData(["discarded-draft"], last);
    await drafts.refetch();
  };
  if (!drafts.data?.length && !discarded.data) return null;

  return (
    <Box component="section" sx={{ mb: 8 }}>
      <Typography variant="h2" sx={{ mb: 2 }}>
        {t("edit.start.drafts")}
      </Typography>
      <Box component="ul" sx={{ listStyle: "none", m: 0, p: 0 }}>
        {drafts.data?.map((draft) => (
          <Box
            component="li"
            key={draft.key}
            sx={{ display: "flex", alignItems: "center", gap: 2, py: 1 }}
          >
            <Box sx={{ flex: 1 }}>
              {t("edit.start.draft", {
                name: routeOf(draft.document) ?? t("edit.start.unnamed"),
                time: moment(draft.at, i18n.language, now),
              })}
            </Box>
            <Button
              size="small"
              onClick={() => {
                onOpen(draft.key);
              }}
            >
              {t("edit.draft.restore")}
            </Button>
            <Button
              size="small"
              color="inherit"
              onClick={() => void change(removeDraft(draft.key), draft)}
            >
              {t("edit.draft.discard")}
            </Button>
          </Box>
        ))}
      </Box>
      {discarded.data && (
        <Typography role="status" color="textSecondary">
          {t("edit.draft.discarded")}{" "}
          <Button
            size="small"
            onClick={() => {
              if (discarded.data) void change(putDraft(discarded.data), null);
            }}
          >
            {t("edit.undo")}
          </Button>
        </Typography>
      )}
    </Box>
  );
}
