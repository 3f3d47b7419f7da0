/** The ways between the pages of accounts: those that are for who looks. */
import Box from "@mui/material/Box";

import type { About } from "@/shared/api/types";
import { useTranslation } from "@/shared/i18n";

import { AppLink } from "./LinkButton";

const FOR_EVERYBODY = [
  ["/account", "nav.account"],
  ["/admin/spaces", "nav.spaces"],
] as const;
const FOR_ADMINISTRATORS = [
  ["/admin/people", "nav.people"],
  ["/admin/groups", "nav.groups"],
  ["/admin/audit", "nav.audit"],
] as const;

export function AccountNav({ about }: { about: About }) {
  const { t } = useTranslation();
  if (about.auth === "off") return null;
  const more = about.person?.administrator ? FOR_ADMINISTRATORS : [];
  return (
    <Box
      component="nav"
      aria-label={t("nav.accounts")}
      sx={{
        display: "flex",
        flexWrap: "wrap",
        columnGap: { xs: 3.5, sm: 5 },
        mb: 6,
        mt: -3,
      }}
    >
      {[...FOR_EVERYBODY, ...more].map(([to, word]) => (
        <AppLink
          key={to}
          to={to}
          underline="none"
          color="textSecondary"
          sx={{
            py: 2,
            borderBottom: 2,
            borderColor: "transparent",
            '&[aria-current="page"]': {
              color: "text.primary",
              fontWeight: 600,
              borderColor: "primary.main",
            },
          }}
        >
          {t(word)}
        </AppLink>
      ))}
    </Box>
  );
}
