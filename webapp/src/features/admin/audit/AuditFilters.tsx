/** Which entries are listed: of whom, about what, to which object, how it ended. */
import Box from "@mui/material/Box";

import { useTranslation } from "@/shared/i18n";
import { ChoiceInput, TextInput } from "@/shared/ui/TextInput";

import { OUTCOMES, type Sought } from "../calls";

/** Parts of calls, by which an entry is about something. */
const ABOUT = [
  ["sessions", "/sessions"],
  ["people", "/people"],
  ["members", "/members"],
  ["spaces", "/spaces"],
  ["groups", "/groups"],
  ["tokens", "/tokens"],
  ["services", "/services"],
  ["tasks", "/tasks"],
  ["secrets", "/secrets"],
  ["schedules", "/schedules"],
] as const;

interface AuditFiltersProps {
  sought: Sought;
  onChange: (change: Partial<Sought>) => void;
}

export function AuditFilters({ sought, onChange }: AuditFiltersProps) {
  const { t } = useTranslation();
  const any = ["", t("admin.audit_any")] as const;
  return (
    <Box
      role="search"
      aria-label={t("admin.audit_filters")}
      sx={{
        display: "grid",
        gridTemplateColumns: "repeat(auto-fill, minmax(min(100%, 160px), 1fr))",
        gap: 3,
        mb: 4,
      }}
    >
      <TextInput
        id="audit-who"
        type="search"
        label={t("admin.audit_who")}
        value={sought.who}
        onChange={(who) => {
          onChange({ who });
        }}
      />
      <ChoiceInput
        id="audit-action"
        label={t("admin.audit_what")}
        value={sought.action}
        options={[
          any,
          ...ABOUT.map(([word, part]) => [part, t(`admin.about_${word}`)] as const),
        ]}
        onChange={(action) => {
          onChange({ action });
        }}
      />
      <TextInput
        id="audit-object"
        type="search"
        label={t("admin.audit_object")}
        value={sought.object}
        onChange={(object) => {
          onChange({ object });
        }}
      />
      <ChoiceInput
        id="audit-outcome"
        label={t("admin.audit_outcome")}
        value={sought.outcome}
        options={[
          any,
          ...OUTCOMES.map((one) => [one, t(`admin.outcome_${one}`)] as const),
        ]}
        onChange={(outcome) => {
          onChange({ outcome });
        }}
      />
    </Box>
  );
}
