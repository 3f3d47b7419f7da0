/** What every page has: the name, the ways to other pages, the language. */
import Box from "@mui/material/Box";
import Button from "@mui/material/Button";
import { useLocation } from "@tanstack/react-router";

import type { About } from "@/shared/api/types";
import { speak } from "@/shared/i18n";
import { useTranslation } from "@/shared/i18n";
import { isAtDoor } from "@/shared/session";
import { AppLink } from "@/shared/ui/LinkButton";
import { useAbout } from "@/shared/useAbout";

import { Admitted } from "./Admitted";
import { Session } from "./Session";

const PAGES = [
  ["/", "nav.gallery"],
  ["/history", "nav.history"],
  ["/health", "nav.health"],
] as const;

export function Shell() {
  const { t, i18n } = useTranslation();
  const other = i18n.language === "fr" ? "en" : "fr";
  const about = useAbout();
  const isOutside = useLocation({ select: isAtDoor });
  // Not known yet: as for somebody who is signed in, whom most pages are for.
  const isStranger = about ? about.auth !== "off" && !about.person : isOutside;

  return (
    <>
      <Box
        component="a"
        href="#content"
        sx={{
          position: "absolute",
          left: -9999,
          "&:focus": { left: 8, top: 8, zIndex: 10, bgcolor: "background.paper", p: 2 },
        }}
        onClick={(event) => {
          // The page has a <base>: the address would be that of the gallery.
          event.preventDefault();
          document.getElementById("content")?.focus();
        }}
      >
        {t("skip")}
      </Box>
      <Box
        component="header"
        sx={{
          display: "flex",
          alignItems: "center",
          gap: { xs: 3, sm: 6 },
          px: { xs: 4, sm: 6 },
          minHeight: 52,
          borderBottom: 1,
          borderColor: "divider",
          bgcolor: "background.paper",
        }}
      >
        <Box
          component="span"
          sx={{ fontWeight: 650, display: { xs: "none", sm: "block" } }}
        >
          {t("app")}
        </Box>
        <Box
          component="nav"
          aria-label={t("nav.main")}
          sx={{ display: "flex", gap: 4, flex: 1 }}
        >
          {(isStranger ? [] : PAGES).map(([to, word]) => (
            <AppLink
              key={to}
              to={to}
              underline="none"
              color="textSecondary"
              activeOptions={{ exact: true }}
              sx={{
                py: 3,
                '&[aria-current="page"]': { color: "text.primary", fontWeight: 600 },
              }}
            >
              {t(word)}
            </AppLink>
          ))}
        </Box>
        <Button
          size="small"
          color="inherit"
          lang={other}
          // On a phone it is chosen on the page of the account.
          sx={{
            display: { xs: isStranger ? "inline-flex" : "none", sm: "inline-flex" },
          }}
          onClick={() => {
            void speak(other);
          }}
        >
          {t("language")}
        </Button>
        {about && !isStranger && <AccountLink about={about} />}
      </Box>
      <Admitted about={about} />
      <Session />
    </>
  );
}

function AccountLink({ about }: { about: About }) {
  const { t } = useTranslation();
  const name = about.auth === "off" ? undefined : about.person?.name;
  return (
    <AppLink
      to="/account"
      underline="none"
      color="textSecondary"
      title={name ?? t("nav.settings")}
      sx={{
        maxWidth: { xs: 72, sm: 160 },
        overflow: "hidden",
        textOverflow: "ellipsis",
        whiteSpace: "nowrap",
        py: 3,
        '&[aria-current="page"]': { color: "text.primary", fontWeight: 600 },
      }}
    >
      {name ?? t("nav.settings")}
    </AppLink>
  );
}
