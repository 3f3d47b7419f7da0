/** Entries of the audit log as a dense table. */
import Box from "@mui/material/Box";

import { moment } from "@/shared/format";
import { useTranslation } from "@/shared/i18n";
import { MONO, type Tone, toneColor } from "@/shared/theme";
import { DenseTable, FROM_MD, FROM_SM } from "@/shared/ui/DenseTable";
import { useNow } from "@/shared/useNow";

import type { Entry } from "../calls";

const TONES: Record<Entry["outcome"], Tone> = {
  done: "ok",
  refused: "waiting",
  failed: "failed",
};
/** What was refused does not wait for anything. */
const ICONS: Record<Entry["outcome"], string> = {
  done: "✓",
  refused: "⊘",
  failed: "✕",
};

export function AuditTable({ entries }: { entries: Entry[] }) {
  const { t, i18n } = useTranslation();
  const now = useNow(false);
  return (
    <DenseTable>
      <thead>
        <tr>
          <th scope="col">{t("admin.audit_when")}</th>
          <th scope="col">{t("admin.audit_who")}</th>
          <th scope="col">{t("admin.audit_what")}</th>
          <Box component="th" scope="col" sx={FROM_SM}>
            {t("admin.audit_object")}
          </Box>
          <Box component="th" scope="col" sx={{ position: "relative" }}>
            <Box component="span" sx={ICON_ON_PHONES}>
              {t("admin.audit_outcome")}
            </Box>
          </Box>
          <Box component="th" scope="col" sx={FROM_MD}>
            {t("admin.audit_from")}
          </Box>
        </tr>
      </thead>
      <tbody>
        {entries.map((entry) => (
          <tr key={entry.number} title={`${entry.action} ${entry.object}`}>
            <Box component="td" sx={WHEN}>
              <time dateTime={entry.at}>{moment(entry.at, i18n.language, now)}</time>
            </Box>
            <Box component="th" scope="row" sx={CUT}>
              {entry.name || "–"}
            </Box>
            <Box component="td" sx={{ ...WHAT, fontFamily: MONO, fontSize: 12 }}>
              {entry.action}
            </Box>
            <Box component="td" sx={{ ...FROM_SM, ...CUT }}>
              {entry.object}
            </Box>
            <Box
              component="td"
              sx={{ position: "relative", color: toneColor(TONES[entry.outcome]) }}
            >
              <span aria-hidden>{ICONS[entry.outcome]}</span>{" "}
              <Box component="span" sx={ICON_ON_PHONES}>
                {t(`admin.outcome_${entry.outcome}`)}
              </Box>
            </Box>
            <Box component="td" sx={FROM_MD}>
              {entry.address}
            </Box>
          </tr>
        ))}
      </tbody>
    </DenseTable>
  );
}

const CUT = {
  maxWidth: { xs: 64, sm: 240 },
  overflow: "hidden",
  textOverflow: "ellipsis",
};

const WHAT = {
  maxWidth: { xs: 100, sm: 240, md: "none" },
  overflow: "hidden",
  textOverflow: "ellipsis",
};

/** Still there for those who do not see the icon. */
const ICON_ON_PHONES = {
  position: { xs: "absolute", sm: "static" },
  clipPath: { xs: "inset(50%)", sm: "none" },
  // Else it would reach out of the table.
  width: { xs: "1px", sm: "auto" },
  overflow: { xs: "hidden", sm: "visible" },
};

/** A day and a time take two lines on a phone. */
const WHEN = { whiteSpace: { xs: "normal !important", sm: "nowrap !important" } };
