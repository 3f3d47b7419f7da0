/** What a terminal says of itself, what it cannot choose, and what it would get. */
import Alert from "@mui/material/Alert";
import Box from "@mui/material/Box";
import Typography from "@mui/material/Typography";

import { moment } from "@/shared/format";
import { useTranslation } from "@/shared/i18n";
import { useNow } from "@/shared/useNow";

import type { Terminal } from "./calls";

interface WaitingTerminalProps {
  terminal: Terminal;
  /** Mine. */
  name: string;
}

export function WaitingTerminal({ terminal, name }: WaitingTerminalProps) {
  const { t, i18n } = useTranslation();
  const now = useNow(false);
  const facts = [
    [t("account_page.machine"), terminal.machine],
    [t("account_page.asks_from"), terminal.address],
    [t("account_page.began"), moment(terminal.began_at, i18n.language, now)],
  ];
  return (
    <>
      <Typography>{t("account_page.wants_in", { name })}</Typography>
      <Box component="dl" sx={FACTS}>
        {facts.map(([label, value]) => (
          <Box key={label} sx={{ display: "contents" }}>
            <Typography component="dt" color="textSecondary">
              {label}
            </Typography>
            <Typography component="dd" sx={{ m: 0, overflowWrap: "anywhere" }}>
              {value}
            </Typography>
          </Box>
        ))}
      </Box>
      <Box>
        <Typography>{t("account_page.would_get", { count: terminal.days })}</Typography>
        <Box component="ul" sx={{ m: 0, pl: 6 }}>
          {terminal.scopes.map((scope) => (
            <li key={scope}>{t(`account_page.scope_${scope}`, scope)}</li>
          ))}
        </Box>
      </Box>
      <Alert severity="warning">
        {t("account_page.only_yours")}
        {!terminal.same_address && ` ${t("account_page.elsewhere")}`}
      </Alert>
    </>
  );
}

const FACTS = {
  display: "grid",
  gridTemplateColumns: "max-content 1fr",
  columnGap: 4,
  rowGap: 1,
  m: 0,
};
