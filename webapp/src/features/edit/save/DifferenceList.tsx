/** What differs between two documents, for people: node by node, field by field. */
import Box from "@mui/material/Box";
import Typography from "@mui/material/Typography";

import { type Difference, type FieldChange, LEVEL } from "@/pipeline/difference";
import { useTranslation } from "@/shared/i18n";
import { MONO, toneColor, type Tone } from "@/shared/theme";

const TONES: Record<Exclude<Difference["kind"], "moved" | "pipeline">, Tone> = {
  added: "ok",
  removed: "failed",
  changed: "waiting",
  renamed: "running",
};

const SIGNS = { added: "+", removed: "−", changed: "~", renamed: "→" } as const;

export function DifferenceList({ found }: { found: Difference[] }) {
  return (
    <Box component="ul" sx={{ listStyle: "none", m: 0, p: 0, display: "grid", gap: 2 }}>
      {found.map((one) => (
        <Box component="li" key={keyOf(one)}>
          <Line one={one} />
        </Box>
      ))}
    </Box>
  );
}

function keyOf(one: Difference): string {
  return "id" in one ? `${one.kind} ${one.id}` : one.kind;
}

function Line({ one }: { one: Difference }) {
  const { t } = useTranslation();
  switch (one.kind) {
    case "moved":
      return (
        <Typography color="textSecondary">
          {t("edit.saving.moved", { count: one.ids.length })}
        </Typography>
      );
    case "pipeline":
      return (
        <>
          <Typography sx={{ fontWeight: 600 }}>{t("edit.saving.pipeline")}</Typography>
          <Fields fields={one.fields} />
        </>
      );
    case "added":
    case "removed":
      return <Name one={one} word={t(`edit.saving.${one.kind}`)} />;
    case "changed":
      return (
        <>
          <Name one={one} word={t("edit.saving.changed")} />
          <Fields fields={one.fields} />
        </>
      );
    case "renamed":
      return (
        <>
          <Name one={one} word={t("edit.saving.renamed", { from: one.from })} />
          <Fields fields={one.fields} />
        </>
      );
  }
}

interface NameProps {
  one: Exclude<Difference, { kind: "moved" | "pipeline" }>;
  word: string;
}

function Name({ one, word }: NameProps) {
  return (
    <Typography sx={{ overflowWrap: "anywhere" }}>
      <Box component="span" sx={{ color: toneColor(TONES[one.kind]), fontWeight: 700 }}>
        <span aria-hidden>{SIGNS[one.kind]} </span>
      </Box>
      <strong>{one.id}</strong>{" "}
      <Box component="span" sx={{ color: "text.secondary" }}>
        {word}
      </Box>
    </Typography>
  );
}

export function Fields({ fields }: { fields: FieldChange[] }) {
  return (
    <Box component="dl" sx={{ m: 0, ml: 4, display: "grid", gap: 1 }}>
      {fields.map((change) => (
        <Box key={change.field}>
          <Box component="dt" sx={{ fontSize: 12, color: "text.secondary" }}>
            {change.field}
          </Box>
          <Value value={change.before} change={change} isOld />
          <Value value={change.after} change={change} />
        </Box>
      ))}
    </Box>
  );
}

interface ValueProps {
  value: unknown;
  change: FieldChange;
  isOld?: boolean;
}

function Value({ value, change, isOld = false }: ValueProps) {
  const tone = toneColor(isOld ? "failed" : "ok");
  const isNothing = value === undefined;
  if (isNothing && change.field !== LEVEL) return null;

  return (
    <Box
      component="dd"
      sx={{
        m: 0,
        pl: 2,
        borderLeft: 2,
        borderColor: tone,
        fontFamily: MONO,
        fontSize: 12,
        lineHeight: 1.5,
        whiteSpace: "pre-wrap",
        overflowWrap: "anywhere",
        maxHeight: "16em",
        overflowY: "auto",
      }}
    >
      <Box component={isOld ? "del" : "ins"} sx={{ textDecoration: "none" }}>
        {change.field === LEVEL ? <Level loop={value} /> : textOf(value)}
      </Box>
    </Box>
  );
}

function Level({ loop }: { loop: unknown }) {
  const { t } = useTranslation();
  return typeof loop === "string"
    ? t("edit.saving.in_loop", { loop })
    : t("edit.saving.outside");
}

/** A text as it is, so that code keeps its lines; other values as JSON. */
export function textOf(value: unknown): string {
  return typeof value === "string" ? value : JSON.stringify(value, null, 1);
}
