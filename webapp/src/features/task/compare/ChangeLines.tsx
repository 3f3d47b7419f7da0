/** What differs, place by place: what was there before above what is there after. */
import Box from "@mui/material/Box";

import type { Json } from "@/shared/api/types";
import { withNames } from "@/shared/blobs";
import { useTranslation } from "@/shared/i18n";
import { MONO, toneColor, VISUALLY_HIDDEN } from "@/shared/theme";

export interface ChangeLine {
  /** Empty: the value itself. */
  at: string;
  /** Undefined: it is not there. */
  before: unknown;
  after: unknown;
}

export function ChangeLines({ changes }: { changes: ChangeLine[] }) {
  const { t } = useTranslation();
  return (
    <Box component="dl" sx={{ m: 0, display: "grid", gap: 3 }}>
      {changes.map(({ at, before, after }) => (
        <Box key={at} data-change={at}>
          <Box component="dt" sx={{ fontSize: 12, color: "text.secondary", mb: 0.5 }}>
            {at || t("compare.whole_value")}
          </Box>
          <Value side="before" value={before} />
          <Value side="after" value={after} />
        </Box>
      ))}
    </Box>
  );
}

/** Enough to see what differs; all of it is on the page of the task. */
const CHARACTERS_SHOWN = 2000;

function Value({ side, value }: { side: "before" | "after"; value: unknown }) {
  const { t } = useTranslation();
  const isOld = side === "before";
  return (
    <Box
      component="dd"
      // A long value is scrolled in its place, also by keyboard.
      {...(textOf(value).length > SCROLLED_CHARACTERS && { tabIndex: 0 })}
      sx={{
        m: 0,
        pl: 2,
        borderLeft: 3,
        borderColor: toneColor(isOld ? "failed" : "ok"),
        fontFamily: MONO,
        fontSize: 12,
        lineHeight: 1.6,
        whiteSpace: "pre-wrap",
        overflowWrap: "anywhere",
        maxHeight: "14em",
        overflowY: "auto",
      }}
    >
      <Box component="span" aria-hidden sx={{ color: "text.secondary", mr: 2 }}>
        {isOld ? "−" : "+"}
      </Box>
      <Box component="span" sx={VISUALLY_HIDDEN}>
        {t(`compare.${side}`)}:{" "}
      </Box>
      {value === undefined ? (
        <Box component="span" sx={{ color: "text.secondary", fontStyle: "italic" }}>
          {t("compare.not_there")}
        </Box>
      ) : (
        textOf(value)
      )}
    </Box>
  );
}

const SCROLLED_CHARACTERS = 400;

/** A text as it is, so that code keeps its lines; other values as JSON. */
function textOf(value: unknown): string {
  if (value === undefined) return "";
  const text =
    typeof value === "string"
      ? value
      : JSON.stringify(withNames(value as Json), null, 1);
  return text.length > CHARACTERS_SHOWN ? `${text.slice(0, CHARACTERS_SHOWN)}…` : text;
}
