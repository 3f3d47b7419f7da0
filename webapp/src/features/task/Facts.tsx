/** What stands below the title of a task: how it is, since when, how long. */
import Box from "@mui/material/Box";
import Link from "@mui/material/Link";

import type { TaskStatus } from "@/shared/api/types";
import { duration, moment, secondsBetween } from "@/shared/format";
import { useTranslation } from "@/shared/i18n";
import { MONO } from "@/shared/theme";
import { AppLink } from "@/shared/ui/LinkButton";
import { StatusChip } from "@/shared/ui/StatusChip";
import { useNow } from "@/shared/useNow";
import { ended } from "@/shared/useTask";

/** Where the trace of a task is shown; where nobody said that, its id to look for. */
function Trace({ id, url }: { id: string; url?: string | null }) {
  const { t } = useTranslation();
  const shown = (
    <>
      {t("task.trace")}{" "}
      <Box component="span" sx={{ fontFamily: MONO, fontSize: 12 }}>
        {id}
      </Box>
    </>
  );
  // A replica of the version before tells none.
  if (!url) return <span>{shown}</span>;
  return (
    <Link href={url} target="_blank" rel="noopener noreferrer" color="inherit">
      {shown}
    </Link>
  );
}

export function Facts({ status }: { status: TaskStatus }) {
  const { t, i18n } = useTranslation();
  const now = useNow(!ended(status));
  const seconds = secondsBetween(status.created_at, status.ended_at, now);
  const kept = status.progress.reused ?? 0;

  return (
    <Box
      sx={{
        display: "flex",
        flexWrap: "wrap",
        columnGap: 5,
        rowGap: 1,
        mt: -3,
        mb: 5,
        alignItems: "baseline",
        color: "text.secondary",
        fontSize: 13,
      }}
    >
      <StatusChip status={status.cancelled ? "cancelled" : status.status} />
      <span>
        {t("task.started")} {moment(status.created_at, i18n.language, now)}
      </span>
      <span>
        {t(ended(status) ? "task.took" : "task.so_far")}{" "}
        {duration(seconds, i18n.language)}
      </span>
      <AppLink
        to="/run/$route"
        params={{ route: status.route }}
        color="inherit"
        sx={{ fontFamily: MONO, fontSize: 12 }}
      >
        {status.route}
      </AppLink>
      <Box component="span" sx={{ fontFamily: MONO, fontSize: 12 }}>
        {status.id}
      </Box>
      {status.continues && (
        <AppLink to="/task/$task" params={{ task: status.continues }} color="inherit">
          {t("task.continues")}
        </AppLink>
      )}
      {kept > 0 && (
        <span>
          ↻ {t("task.kept_steps", { count: kept, total: status.progress.total })}
        </span>
      )}
      {status.trial && <span>{t("task.trial")}</span>}
      {status.trace_id !== null && (
        <Trace id={status.trace_id} url={status.trace_url} />
      )}
    </Box>
  );
}
