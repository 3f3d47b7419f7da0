/** People as a dense table; a name opens what can be changed. */
import Box from "@mui/material/Box";
import Link from "@mui/material/Link";

import { moment } from "@/shared/format";
import { useTranslation } from "@/shared/i18n";
import { toneColor } from "@/shared/theme";
import { DenseTable, FROM_MD, FROM_SM } from "@/shared/ui/DenseTable";
import { useNow } from "@/shared/useNow";

import type { Person } from "../calls";

interface PeopleTableProps {
  people: Person[];
  onOpen: (person: Person) => void;
}

export function PeopleTable({ people, onOpen }: PeopleTableProps) {
  const { t, i18n } = useTranslation();
  const now = useNow(false);
  return (
    <DenseTable>
      <thead>
        <tr>
          <th scope="col">{t("admin.name")}</th>
          <th scope="col">{t("admin.state")}</th>
          <Box component="th" scope="col" sx={FROM_SM}>
            {t("admin.roles")}
          </Box>
          <Box component="th" scope="col" sx={FROM_MD}>
            {t("nav.groups")}
          </Box>
          <Box component="th" scope="col" sx={FROM_MD}>
            {t("admin.since")}
          </Box>
        </tr>
      </thead>
      <tbody>
        {people.map((person) => (
          <tr key={person.id}>
            <Box component="th" scope="row" sx={CUT}>
              {person.leaving ? (
                person.name
              ) : (
                <Link
                  component="button"
                  underline="hover"
                  color="textPrimary"
                  sx={{ fontWeight: 600, fontSize: 13 }}
                  onClick={() => {
                    onOpen(person);
                  }}
                >
                  {person.name}
                </Link>
              )}
            </Box>
            <td>
              <State person={person} />
            </td>
            <Box component="td" sx={{ ...FROM_SM, ...CUT }}>
              {Object.entries(person.roles)
                .map(([space, role]) => `${space}: ${t(`admin.role_${role}`, role)}`)
                .join(", ") || "–"}
            </Box>
            <Box component="td" sx={{ ...FROM_MD, ...CUT }}>
              {person.groups.join(", ") || "–"}
            </Box>
            <Box component="td" sx={FROM_MD}>
              {moment(person.created_at, i18n.language, now)}
            </Box>
          </tr>
        ))}
      </tbody>
    </DenseTable>
  );
}

function State({ person }: { person: Person }) {
  const { t } = useTranslation();
  if (person.leaving) return <>{t("admin.leaving")}</>;
  if (!person.active) {
    return (
      <Box component="span" sx={{ color: toneColor("failed") }}>
        <span aria-hidden>✕ </span>
        {t("admin.locked")}
      </Box>
    );
  }
  return <>{person.administrator ? t("admin.administrator") : t("admin.active")}</>;
}

const CUT = { maxWidth: 240, overflow: "hidden", textOverflow: "ellipsis" };
