/** The versions of a pipeline: listed, compared with what is edited, restored. */
import Box from "@mui/material/Box";
import Button from "@mui/material/Button";
import DialogActions from "@mui/material/DialogActions";
import DialogContent from "@mui/material/DialogContent";
import DialogTitle from "@mui/material/DialogTitle";
import LinearProgress from "@mui/material/LinearProgress";
import Typography from "@mui/material/Typography";
import { useQuery } from "@tanstack/react-query";
import { type ReactNode, useState } from "react";

import { differences } from "@/pipeline/difference";
import { routeOf } from "@/pipeline/document";
import { readDocument } from "@/pipeline/reading";
import { sharing } from "@/pipeline/sharing";
import { moment } from "@/shared/format";
import { useTranslation } from "@/shared/i18n";
import { useNow } from "@/shared/useNow";
import { MONO } from "@/shared/theme";
import { Failure } from "@/shared/ui/Faults";

import { documentOf, savedDocument, savedOf, versionsOf } from "../calls";
import { EditDialog } from "../EditDialog";
import { DifferenceList } from "../save/DifferenceList";
import { perform, useEdit, useReadOnly } from "../store";
import { useUi } from "../ui";
import { words } from "../words";

export function VersionsDialog() {
  return (
    <EditDialog name="versions" width="md" titleId="versions-title">
      {(close) => <Versions onDone={close} />}
    </EditDialog>
  );
}

/** One of the versions, or of what was saved without being published. */
interface Wanted {
  kind: "published" | "saved";
  id: string;
}

function Versions({ onDone }: { onDone: () => void }) {
  const { t } = useTranslation();
  const [compared, setCompared] = useState<Wanted>();
  return (
    <>
      <DialogTitle id="versions-title">{t("edit.version.title")}</DialogTitle>
      {compared === undefined ? (
        <VersionLists onCompare={setCompared} />
      ) : (
        <Compared wanted={compared} onDone={onDone} />
      )}
      <DialogActions>
        {compared !== undefined && (
          <Button
            color="inherit"
            onClick={() => {
              setCompared(undefined);
            }}
          >
            {t("edit.version.back")}
          </Button>
        )}
        <Button color="inherit" onClick={onDone}>
          {t("edit.close")}
        </Button>
      </DialogActions>
    </>
  );
}

/** The route of what is edited, stored or not. */
function useRoute(): string {
  return useEdit((state) => state.route ?? routeOf(state.document)) ?? "";
}

function VersionLists({ onCompare }: { onCompare: (wanted: Wanted) => void }) {
  const { t, i18n } = useTranslation();
  const now = useNow(false);
  const route = useRoute();
  const current = useEdit((state) => state.base.version);
  const readOnly = useReadOnly();
  const saved = useQuery({
    queryKey: ["saved", route],
    queryFn: ({ signal }) => savedOf(route, signal),
    // What is not finished is for authors.
    enabled: !readOnly,
    staleTime: 0,
  });
  const published = useQuery({
    queryKey: ["versions", route],
    queryFn: ({ signal }) => versionsOf(route, signal),
    enabled: current !== undefined,
    staleTime: 0,
  });
  const when = (instant: string) => moment(instant, i18n.language, now);

  return (
    <DialogContent tabIndex={0}>
      {(saved.isLoading || published.isLoading) && (
        <LinearProgress aria-label={t("loading")} />
      )}
      {saved.error && <Failure error={saved.error} />}
      {published.error && <Failure error={published.error} />}
      {saved.data && saved.data.length > 0 && (
        <Section title={t("edit.version.saved")}>
          {saved.data.map(({ id, saved_at: at, faults }) => (
            <Line
              key={id}
              id={id}
              words={[
                when(at),
                faults > 0 && t("edit.version.faults", { count: faults }),
              ]}
              onCompare={() => {
                onCompare({ kind: "saved", id });
              }}
            />
          ))}
        </Section>
      )}
      {published.data && (
        <Section title={t("edit.version.published")}>
          {published.data.map(({ version, published_at: at, published_by: who }) => (
            <Line
              key={version}
              id={version}
              words={[
                at === null ? t("edit.version.unknown_time") : when(at),
                who && t("edit.version.by", { who }),
                version === current && t("edit.version.current"),
              ]}
              onCompare={() => {
                onCompare({ kind: "published", id: version });
              }}
            />
          ))}
        </Section>
      )}
    </DialogContent>
  );
}

function Section({ title, children }: { title: string; children: ReactNode }) {
  return (
    <Box component="section" sx={{ mb: 4 }}>
      <Typography variant="h3" component="h3">
        {title}
      </Typography>
      <Box component="ul" sx={{ listStyle: "none", m: 0, p: 0 }}>
        {children}
      </Box>
    </Box>
  );
}

interface LineProps {
  id: string;
  words: (string | false | null)[];
  onCompare: () => void;
}

function Line({ id, words: known, onCompare }: LineProps) {
  const { t } = useTranslation();
  return (
    <Box
      component="li"
      sx={{
        display: "flex",
        flexWrap: "wrap",
        alignItems: "center",
        gap: 3,
        py: 1.5,
        borderBottom: 1,
        borderColor: "divider",
      }}
    >
      <Box component="code" sx={{ fontFamily: MONO, fontSize: 12 }}>
        {id}
      </Box>
      <Box sx={{ flex: 1, color: "text.secondary" }}>
        {known.filter(Boolean).join(" · ")}
      </Box>
      <Button size="small" onClick={onCompare}>
        {t("edit.version.compare")}
      </Button>
    </Box>
  );
}

function Compared({ wanted, onDone }: { wanted: Wanted; onDone: () => void }) {
  const { t } = useTranslation();
  const route = useRoute();
  const document = useEdit((state) => state.document);
  const readOnly = useReadOnly();
  const kept = useQuery({
    queryKey: ["version", route, wanted.kind, wanted.id],
    queryFn: async () => {
      const read = wanted.kind === "saved" ? savedDocument : documentOf;
      return readDocument(await read(route, wanted.id)).document ?? null;
    },
    // What was stored never changes.
    staleTime: Infinity,
  });
  if (kept.error) return <Failure error={kept.error} />;
  if (!kept.data) return <LinearProgress aria-label={t("loading")} />;

  const old = kept.data;
  const found = differences(document, old);
  return (
    <DialogContent tabIndex={0}>
      <Typography color="textSecondary" sx={{ mb: 3 }}>
        <Box component="code" sx={{ fontFamily: MONO, fontSize: 12, mr: 2 }}>
          {wanted.id}
        </Box>
        {found.length === 0 ? t("edit.version.same") : t("edit.version.from")}
      </Typography>
      <DifferenceList found={found} />
      {!readOnly && (
        <Button
          variant="contained"
          disabled={found.length === 0}
          sx={{ mt: 4 }}
          onClick={() => {
            perform((now) => sharing(now, old), { select: [] });
            useUi.getState().tell({ text: words("edit.version.restored") });
            onDone();
          }}
        >
          {t("edit.version.restore")}
        </Button>
      )}
    </DialogContent>
  );
}
