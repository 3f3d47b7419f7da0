/** How a task or a run is: a colour, an icon and a word. */
import Box from "@mui/material/Box";

import { useTranslation } from "@/shared/i18n";
import { toneColor, type Tone } from "@/shared/theme";

const TONES: Record<string, Tone> = {
  running: "running",
  calling: "running",
  working: "running",
  looping: "running",
  finished: "ok",
  succeeded: "ok",
  caught: "waiting",
  error: "failed",
  failed: "failed",
  cancelled: "skipped",
  skipped: "skipped",
  waiting: "waiting",
  retrying: "waiting",
  pending: "skipped",
};

const ICONS: Record<Tone, string> = {
  ok: "✓",
  running: "●",
  waiting: "◷",
  failed: "✕",
  skipped: "–",
};

/** The tone of a status; an unknown one is grey. */
export function toneOf(status: string): Tone {
  return TONES[status] ?? "skipped";
}

/** The key of the word for a status; what differs only inside is one word. */
export function statusWord(status: string): string {
  if (["calling", "working", "looping"].includes(status)) return "status.running";
  return status === "retrying" ? "status.waiting" : `status.${status}`;
}

export function StatusIcon({ tone }: { tone: Tone }) {
  return <span aria-hidden>{ICONS[tone]}</span>;
}

/** Of a run that was kept from another task. */
export function KeptIcon() {
  return <span aria-hidden>↻</span>;
}

interface StatusChipProps {
  status: string;
  /** It was kept from the task that is continued. */
  kept?: boolean;
  /** On a phone the icon is all that is seen. */
  short?: boolean;
}

/** Still there for those who do not see the icon. */
const HIDDEN_ON_PHONES = {
  position: { xs: "absolute", sm: "static" },
  clipPath: { xs: "inset(50%)", sm: "none" },
};

export function StatusChip({ status, kept = false, short = false }: StatusChipProps) {
  const { t } = useTranslation();
  const tone = toneOf(status);

  return (
    <Box
      component="span"
      sx={{
        display: "inline-flex",
        alignItems: "center",
        gap: 1.5,
        color: toneColor(tone),
        fontWeight: 600,
        fontSize: "0.8125rem",
        whiteSpace: "nowrap",
      }}
    >
      {kept ? <KeptIcon /> : <StatusIcon tone={tone} />}
      <Box component="span" sx={short ? HIDDEN_ON_PHONES : {}}>
        {kept ? t("task.kept") : t(statusWord(status), { defaultValue: status })}
      </Box>
    </Box>
  );
}
