/** Which runs are compared: each with its route, how it ended, when, and how long. */
import Box from "@mui/material/Box";
import Paper from "@mui/material/Paper";
import Typography from "@mui/material/Typography";
import { getRouteApi } from "@tanstack/react-router";

import { duration, moment, secondsBetween } from "@/shared/format";
import { useTranslation } from "@/shared/i18n";
import { MONO } from "@/shared/theme";
import { AppLink, LinkButton } from "@/shared/ui/LinkButton";
import { StatusChip } from "@/shared/ui/StatusChip";
import { useNow } from "@/shared/useNow";

import type { Side } from "./sides";

const page = getRouteApi("/compare");

export function RunHeads({ before, after }: { before: Side; after: Side }) {
  const { t } = useTranslation();
  const search = page.useSearch();
  const routes = [before.status?.route, after.status?.route];
  const isOther = routes.every(Boolean) && routes[0] !== routes[1];

  return (
    <Box sx={{ mb: 4 }}>
      <Box
        sx={{
          display: "grid",
          gap: 3,
          gridTemplateColumns: { xs: "minmax(0, 1fr)", sm: "1fr auto 1fr" },
          alignItems: "center",
        }}
      >
        <Head side={before} word={t("compare.before")} />
        <LinkButton
          to="/compare"
          search={{ ...search, a: after.task, b: before.task }}
          replace
        >
          ⇄ {t("compare.swap")}
        </LinkButton>
        <Head side={after} word={t("compare.after")} />
      </Box>
      {isOther && (
        <Typography color="textSecondary" sx={{ mt: 3 }}>
          {t("compare.other_routes")}
        </Typography>
      )}
    </Box>
  );
}

function Head({ side, word }: { side: Side; word: string }) {
  const { t, i18n } = useTranslation();
  const { status } = side;
  const now = useNow(status?.status === "running");

  return (
    <Paper
      component="section"
      aria-label={word}
      sx={{ p: 3, borderRadius: 1.5, minWidth: 0, fontSize: 13 }}
    >
      <Typography variant="caption" color="textSecondary" component="h2">
        {word}
      </Typography>
      {side.isGone && <Typography>{t("compare.gone")}</Typography>}
      {status && (
        <Box
          sx={{
            display: "flex",
            flexWrap: "wrap",
            columnGap: 4,
            rowGap: 1,
            alignItems: "baseline",
          }}
        >
          <AppLink
            to="/task/$task"
            params={{ task: side.task }}
            color="textPrimary"
            sx={{ fontWeight: 600, overflowWrap: "anywhere" }}
          >
            {status.route}
          </AppLink>
          <StatusChip status={status.cancelled ? "cancelled" : status.status} />
          <span>{moment(status.created_at, i18n.language, now)}</span>
          <span>
            {duration(
              secondsBetween(status.created_at, status.ended_at, now),
              i18n.language,
            )}
          </span>
          {status.trial && (
            <Box component="span" sx={{ color: "text.secondary" }}>
              {t("task.trial")}
            </Box>
          )}
          <Box
            component="span"
            title={status.version}
            sx={{ fontFamily: MONO, fontSize: 12, color: "text.secondary" }}
          >
            {status.version}
          </Box>
        </Box>
      )}
    </Paper>
  );
}
