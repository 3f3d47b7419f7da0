/** How far the erasing of somebody is, and afterwards what was erased. */
import Alert from "@mui/material/Alert";
import AlertTitle from "@mui/material/AlertTitle";
import LinearProgress from "@mui/material/LinearProgress";
import { useQuery } from "@tanstack/react-query";
import { useEffect } from "react";

import { isUnknown } from "@/shared/api/client";
import { useTranslation } from "@/shared/i18n";

import { erasure } from "../calls";

const POLL_MS = 1_000;
/** What the engine counts, in the order in which it is told. */
const WHAT = [
  "tasks",
  "saved_documents",
  "schedules",
  "tokens",
  "sessions",
  "audit_entries",
] as const;

interface ErasureNoteProps {
  person: { id: string; name: string };
  /** They are gone. */
  onDone: () => void;
  onClose: () => void;
}

export function ErasureNote({ person, onDone, onClose }: ErasureNoteProps) {
  const { t, i18n } = useTranslation();
  const progress = useQuery({
    queryKey: ["erasure", person.id],
    queryFn: ({ signal }) => erasure(person.id, signal),
    refetchInterval: ({ state }) => state.data?.state !== "done" && POLL_MS,
    // An hour after its end nothing is known of it any more.
    retry: (_, error) => !isUnknown(error),
  });
  const { data } = progress;
  const isDone = data?.state === "done" || isUnknown(progress.error);

  useEffect(() => {
    if (isDone) onDone();
    // Once: the list is read anew then.
    // eslint-disable-next-line react-hooks/exhaustive-deps
  }, [isDone]);

  const counts = WHAT.flatMap((what) => {
    const count = data?.erased[what] ?? 0;
    return count > 0 ? t(`admin.erased_${what}`, { count }) : [];
  });
  const list = new Intl.ListFormat(i18n.language).format(counts);
  const { name } = person;
  return (
    <Alert
      role="status"
      severity={isDone ? "success" : "info"}
      sx={{ mb: 4, "& .MuiAlert-message": { width: "100%" } }}
      {...(isDone && { onClose, closeText: t("close") })}
    >
      <AlertTitle>{t(isDone ? "admin.gone" : "admin.going", { name })}</AlertTitle>
      {counts.length > 0 && t("admin.erased_so_far", { list })}{" "}
      {isDone && data && t("admin.erased_as", { pseudonym: data.pseudonym })}
      {!isDone && <LinearProgress aria-label={t("admin.leaving")} sx={{ mt: 2 }} />}
    </Alert>
  );
}
