/** Several pipelines of files, published together: what each does is shown before. */
import Box from "@mui/material/Box";
import Dialog from "@mui/material/Dialog";
import DialogActions from "@mui/material/DialogActions";
import DialogContent from "@mui/material/DialogContent";
import DialogTitle from "@mui/material/DialogTitle";
import LinearProgress from "@mui/material/LinearProgress";
import { useQuery, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";

import { engine } from "@/shared/api/client";
import { useTranslation } from "@/shared/i18n";
import { BusyButton } from "@/shared/ui/BusyButton";
import { AppLink } from "@/shared/ui/LinkButton";
import { LIST_ROW } from "@/shared/ui/listRow";

import { type Candidate, candidates, publishOver, type Unfit } from "./importing";

type Outcome = { version: string; isSame: boolean } | { error: string };

interface ImportDialogProps {
  files: File[];
  onClose: () => void;
}

export function ImportDialog({ files, onClose }: ImportDialogProps) {
  const { t } = useTranslation();
  const queries = useQueryClient();
  const [outcomes, setOutcomes] = useState<ReadonlyMap<string, Outcome>>(new Map());
  const [isBusy, setIsBusy] = useState(false);
  const read = useQuery({
    queryKey: ["files-to-import", files.map(({ name }) => name)],
    queryFn: async () => {
      const texts = files.map(async (file) => ({
        name: file.name,
        text: await file.text(),
      }));
      return candidates(await Promise.all(texts));
    },
    gcTime: 0,
    staleTime: Infinity,
  });
  const fit = (read.data ?? []).filter(({ document }) => document !== undefined);
  const isDone = outcomes.size > 0 && !isBusy;

  const publishAll = async () => {
    setIsBusy(true);
    for (const { name, route, document } of fit) {
      if (!document) continue;
      const outcome = await publishOver(route, document).catch((error: unknown) => ({
        error: error instanceof Error ? error.message : String(error),
      }));
      setOutcomes((before) => new Map([...before, [name, outcome]]));
    }
    setIsBusy(false);
    void queries.invalidateQueries({ queryKey: ["routes"] });
  };

  return (
    <Dialog
      open
      fullWidth
      maxWidth="sm"
      aria-labelledby="import-title"
      onClose={isBusy ? undefined : onClose}
    >
      <DialogTitle id="import-title">{t("edit.importing.title")}</DialogTitle>
      <DialogContent tabIndex={0}>
        {read.isPending && <LinearProgress aria-label={t("loading")} />}
        <Box component="ul" role="list" sx={{ listStyle: "none", m: 0, p: 0 }}>
          {read.data?.map((one) => (
            <Line key={one.name} candidate={one} outcome={outcomes.get(one.name)} />
          ))}
        </Box>
      </DialogContent>
      <DialogActions>
        <BusyButton color="inherit" isBusy={isBusy} onClick={onClose}>
          {t(isDone ? "edit.close" : "edit.cancel")}
        </BusyButton>
        {!isDone && (
          <BusyButton
            variant="contained"
            isBusy={isBusy}
            disabled={fit.length === 0}
            onClick={() => void publishAll()}
          >
            {t("edit.importing.publish", { count: fit.length })}
          </BusyButton>
        )}
      </DialogActions>
    </Dialog>
  );
}

interface LineProps {
  candidate: Candidate;
  outcome: Outcome | undefined;
}

function Line({ candidate, outcome }: LineProps) {
  const { name, route } = candidate;
  const isThere = outcome !== undefined && !("error" in outcome);
  return (
    <Box component="li" sx={LIST_ROW}>
      <Box component="span" sx={{ flex: 1, fontWeight: 600 }}>
        {isThere ? (
          <AppLink to="/edit/$route" params={{ route }}>
            {route}
          </AppLink>
        ) : (
          route || name
        )}
      </Box>
      <Told candidate={candidate} outcome={outcome} />
    </Box>
  );
}

function Told({ candidate, outcome }: LineProps) {
  const { t } = useTranslation();
  const routes = useQuery({
    queryKey: ["routes"],
    queryFn: ({ signal }) => engine.routes(signal),
  });
  const told = (color: string, words: string) => (
    <Box component="span" sx={{ color, fontSize: 12.5 }}>
      {words}
    </Box>
  );
  if (candidate.unfit) return told("error.main", unfitWords(candidate.unfit, t));
  if (outcome && "error" in outcome) return told("error.main", outcome.error);
  if (outcome) {
    const { version, isSame } = outcome;
    return isSame
      ? told("text.secondary", t("edit.importing.same"))
      : told("success.main", t("edit.importing.published", { version }));
  }
  if (!routes.data) return null;
  const isNew = !routes.data.some(({ route }) => route === candidate.route);
  return isNew
    ? told("text.secondary", t("edit.importing.is_new"))
    : told("warning.main", t("edit.importing.replaces"));
}

function unfitWords(unfit: Unfit, t: ReturnType<typeof useTranslation>["t"]): string {
  if (typeof unfit === "string") return t(`edit.importing.${unfit}`);
  return t(`edit.unreadable.${unfit.code}`, { place: unfit.place });
}
