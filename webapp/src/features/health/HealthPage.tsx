/** Whether everything works, and if not what is missing. */
import Box from "@mui/material/Box";
import LinearProgress from "@mui/material/LinearProgress";
import Paper from "@mui/material/Paper";
import Typography from "@mui/material/Typography";
import { keepPreviousData, useQuery } from "@tanstack/react-query";

import { engine } from "@/shared/api/client";
import type { Readiness, Route } from "@/shared/api/types";
import { useTranslation } from "@/shared/i18n";
import { scheduledSpaces } from "@/shared/rights";
import { MONO, toneColor } from "@/shared/theme";
import { Failure } from "@/shared/ui/Faults";
import { AppLink } from "@/shared/ui/LinkButton";
import { Page } from "@/shared/ui/Page";
import { StatusIcon } from "@/shared/ui/StatusChip";
import { useAbout, useMayEdit } from "@/shared/useAbout";

import { CheckAll } from "./CheckAll";
import { FailureTable } from "./FailureTable";
import { RouteTable } from "./RouteTable";
import { ScheduleTable } from "./ScheduleTable";
import { Section } from "./Section";
import { useSchedules } from "./useSchedules";
import { missingServices, type Verdict, verdictOf } from "./verdict";

import "./words";

const POLL_MS = 3000;

export function HealthPage() {
  const { t } = useTranslation();
  const polled = { refetchInterval: POLL_MS, placeholderData: keepPreviousData };
  const routes = useQuery({
    queryKey: ["routes"],
    queryFn: ({ signal }) => engine.routes(signal),
    ...polled,
  });
  const stats = useQuery({
    queryKey: ["stats"],
    queryFn: ({ signal }) => engine.stats(signal),
    ...polled,
  });
  const readiness = useQuery({
    queryKey: ["readiness"],
    queryFn: ({ signal }) => engine.readiness(signal),
    ...polled,
    // The page shows before: by what is asked first.
    enabled: routes.isFetched,
  });

  const schedules = useSchedules(routes.isFetched);
  const about = useAbout();
  const mayEdit = useMayEdit();
  const maySchedule = about !== undefined && scheduledSpaces(about).length > 0;

  const error = routes.error ?? stats.error ?? readiness.error;
  const all = routes.data ?? [];
  const days = stats.data?.days ?? 7;
  const services = all.filter(({ type }) => type === "service");
  const pipelines = all.filter(({ type }) => type === "pipeline");
  const failures = stats.data?.failures ?? [];

  return (
    <Page title={t("health.title")} width={1180}>
      {error && (
        <Box sx={{ mb: 4 }}>
          <Failure error={error} />
        </Box>
      )}
      {!error && (routes.isPending || readiness.isPending) && (
        <LinearProgress aria-label={t("loading")} />
      )}
      {routes.data && readiness.data && schedules && !error && (
        <Sentence verdict={verdictOf(all, stats.data, readiness.data, schedules)} />
      )}

      <Missing routes={all} />
      {schedules && maySchedule && (
        <Section title={t("schedules.title")} note={t("schedules.note")}>
          <ScheduleTable schedules={schedules} routes={all} />
        </Section>
      )}
      {mayEdit && about && !maySchedule && (
        <Section title={t("schedules.title")}>
          <Typography color="textSecondary">{t("schedules.of_owners")}</Typography>
        </Section>
      )}
      {failures.length > 0 && (
        <Section title={t("health.failures")} note={t("health.days", { days })}>
          <FailureTable failures={failures} />
        </Section>
      )}
      <CheckAll pipelines={pipelines} />
      {services.length > 0 && (
        <Section title={t("health.services")} note={t("health.days", { days })}>
          <RouteTable routes={services} figures={stats.data?.by_service ?? {}} />
        </Section>
      )}
      {pipelines.length > 0 && (
        <Section title={t("health.pipelines")} note={t("health.days", { days })}>
          <RouteTable routes={pipelines} figures={stats.data?.by_route ?? {}} />
        </Section>
      )}
      {readiness.data && (
        <Section title={t("health.stores")}>
          <Stores readiness={readiness.data} />
        </Section>
      )}
    </Page>
  );
}

function Sentence({ verdict }: { verdict: Verdict }) {
  const { t } = useTranslation();
  return (
    <Paper
      role="status"
      sx={{
        display: "flex",
        gap: 3,
        alignItems: "center",
        p: 4,
        mb: 8,
        borderRadius: 1.5,
        border: "1px solid",
        borderColor: toneColor(verdict.tone),
        background: `color-mix(in srgb, ${toneColor(verdict.tone)} 7%, var(--mui-palette-background-paper))`,
        fontSize: 16,
        fontWeight: 600,
      }}
    >
      <Box component="span" sx={{ color: toneColor(verdict.tone) }}>
        <StatusIcon tone={verdict.tone} />
      </Box>
      {t(verdict.key, verdict.values)}
    </Paper>
  );
}

/** The services that are missing, and what cannot work without them. */
function Missing({ routes }: { routes: Route[] }) {
  const { t } = useTranslation();
  const missing = missingServices(routes);
  if (missing.length === 0) return null;

  return (
    <Section title={t("health.cannot")} note={t("health.remedy")}>
      <Paper
        component="ul"
        sx={{ listStyle: "none", m: 0, p: 0, borderRadius: 1.5, fontSize: 13 }}
      >
        {missing.map(([service, needing]) => (
          <Box
            component="li"
            key={service}
            sx={{
              px: 4,
              py: 2,
              display: "flex",
              flexWrap: "wrap",
              columnGap: 4,
              "& + &": { borderTop: 1, borderColor: "divider" },
            }}
          >
            <Box
              component="span"
              sx={{ minWidth: 200, fontFamily: MONO, fontSize: 12 }}
            >
              {service}
            </Box>
            <span>
              {needing.length === 0 ? (
                <Box component="span" sx={{ color: "text.secondary" }}>
                  {t("health.needed_by_none")}
                </Box>
              ) : (
                `${t("health.needed_by")} `
              )}
              {needing.map((route, index) => (
                <span key={route}>
                  {index > 0 && ", "}
                  <AppLink to="/run/$route" params={{ route }}>
                    {route}
                  </AppLink>
                </span>
              ))}
            </span>
          </Box>
        ))}
      </Paper>
    </Section>
  );
}

function Stores({ readiness }: { readiness: Readiness }) {
  const { t } = useTranslation();
  const missing = Object.entries(readiness.missing ?? {});
  if (missing.length === 0) {
    return (
      <Typography sx={{ color: toneColor("ok"), fontWeight: 600, fontSize: 13 }}>
        <StatusIcon tone="ok" /> {t("health.reachable")}
      </Typography>
    );
  }
  return (
    <Box component="ul" sx={{ m: 0, p: 0, listStyle: "none", display: "grid", gap: 1 }}>
      {missing.map(([store, reason]) => (
        <li key={store}>
          <Box component="span" sx={{ color: toneColor("failed"), fontWeight: 600 }}>
            <StatusIcon tone="failed" /> {store}
          </Box>{" "}
          <span lang="en">{reason}</span>
        </li>
      ))}
    </Box>
  );
}
