/** What somebody is: everywhere, and in each space. */
import Box from "@mui/material/Box";
import Typography from "@mui/material/Typography";

import type { About } from "@/shared/api/types";
import { useTranslation } from "@/shared/i18n";
import { useSpaceNames } from "@/shared/useSpaceNames";

export function Who({ person }: { person: NonNullable<About["person"]> }) {
  const { t } = useTranslation();
  const nameOf = useSpaceNames();
  const roles = Object.entries(person.roles);
  return (
    <Box sx={{ display: "grid", gap: 2 }}>
      {person.administrator && (
        <Typography>{t("account_page.administrator")}</Typography>
      )}
      {roles.length > 0 && (
        <Box component="ul" sx={{ m: 0, pl: 5 }}>
          {roles.map(([space, role]) => (
            <li key={space}>
              {t("account_page.role_in", {
                role: t(`account_page.role_${role}`, role),
                space: nameOf(space),
              })}
            </li>
          ))}
        </Box>
      )}
      {!person.administrator && (
        <Typography color="textSecondary">{t("account_page.more_roles")}</Typography>
      )}
    </Box>
  );
}
