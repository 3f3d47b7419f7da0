/**
 * Pipelines in which something was found, each with its steps, and ways to them; the
 * schedules that start what they call.
 */
import Box from "@mui/material/Box";

import type { FoundSteps } from "../api/types";
import { useTranslation } from "../i18n";
import { MONO } from "../theme";
import { scheduleKey } from "../useUsers";
import { AppLink } from "./LinkButton";
import { LIST_ROW } from "./listRow";

interface FoundPipelinesProps {
  found: FoundSteps;
  /** What a step calls is shown as well: that may be why it was found. */
  withTargets?: boolean;
  /** What stands beside the name of one, or beside a schedule (`scheduleKey`). */
  aside?: (key: string) => React.ReactNode;
}

export function FoundPipelines({ found, withTargets, aside }: FoundPipelinesProps) {
  const { t } = useTranslation();
  const more = found.total - found.pipelines.length;
  return (
    <Box component="ul" sx={{ listStyle: "none", m: 0, p: 0 }}>
      {found.pipelines.map(({ route, steps, total }) => (
        <Box component="li" key={route} sx={LIST_ROW}>
          <AppLink to="/edit/$route" params={{ route }} sx={{ fontWeight: 600 }}>
            {route}
          </AppLink>
          <Box component="span" sx={{ flex: 1, fontFamily: MONO, fontSize: 12 }}>
            {steps.map(({ node, service, url }, index) => (
              <span key={node}>
                {index > 0 && ", "}
                <AppLink
                  to="/edit/$route"
                  params={{ route }}
                  search={{ node }}
                  color="textSecondary"
                  title={service || url}
                >
                  {node}
                </AppLink>
                {withTargets && (service || url) && ` → ${service || url}`}
              </span>
            ))}
            {total > steps.length &&
              ` ${t("used.more_steps", { count: total - steps.length })}`}
          </Box>
          {aside?.(route)}
        </Box>
      ))}
      {more > 0 && <li>{t("used.more", { count: more })}</li>}
      {found.hidden > 0 && (
        <Box component="li" sx={{ py: 1.5, color: "text.secondary" }}>
          {t("used.hidden", { count: found.hidden })}
        </Box>
      )}
      {found.schedules.map(({ id, cron, timezone, paused }) => (
        <Box component="li" key={id} sx={LIST_ROW}>
          <Box component="span" sx={{ flex: 1 }}>
            {t(paused ? "used.paused_schedule" : "used.schedule")}{" "}
            <Box component="code" sx={{ fontFamily: MONO, fontSize: 12 }}>
              {cron}
            </Box>{" "}
            ({timezone})
          </Box>
          {aside?.(scheduleKey(id))}
        </Box>
      ))}
      {found.hidden_schedules > 0 && (
        <Box component="li" sx={{ py: 1.5, color: "text.secondary" }}>
          {t("used.hidden_schedules", { count: found.hidden_schedules })}
        </Box>
      )}
    </Box>
  );
}
