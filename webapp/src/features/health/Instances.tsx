/** Who offers a service: behind a sign that unfolds it. */
import Box from "@mui/material/Box";
import IconButton from "@mui/material/IconButton";
import { useQuery } from "@tanstack/react-query";

import { engine } from "@/shared/api/client";
import { moment } from "@/shared/format";
import { useTranslation } from "@/shared/i18n";
import { MONO, toneColor } from "@/shared/theme";
import { StatusIcon } from "@/shared/ui/StatusChip";
import { useNow } from "@/shared/useNow";

const POLL_MS = 3000;

interface UnfoldProps {
  route: string;
  open: boolean;
  onClick: () => void;
}

export function Unfold({ route, open, onClick }: UnfoldProps) {
  const { t } = useTranslation();
  return (
    <IconButton
      size="small"
      aria-expanded={open}
      aria-label={t("health.instances_of", { route })}
      onClick={onClick}
    >
      <Box
        component="span"
        aria-hidden
        sx={{
          fontSize: 12,
          lineHeight: 1,
          width: 14,
          transform: open ? "rotate(90deg)" : "none",
          transition: "transform 120ms",
        }}
      >
        ▸
      </Box>
    </IconButton>
  );
}

/** Who offers a service, and when each was last heard. */
export function Instances({ route }: { route: string }) {
  const { t, i18n } = useTranslation();
  const now = useNow(true);
  const details = useQuery({
    queryKey: ["route", route],
    queryFn: ({ signal }) => engine.route(route, signal),
    refetchInterval: POLL_MS,
  });
  if (!details.data) return t("loading");
  if (details.data.instances.length === 0) return t("health.no_instances");

  return (
    <Box
      component="ul"
      sx={{ listStyle: "none", m: 0, py: 2, pl: 6, whiteSpace: "normal" }}
    >
      {details.data.instances.map(({ url, heard_at, alive, leaves }) => (
        <li key={url}>
          <Box
            component="span"
            sx={{ color: toneColor(alive && !leaves ? "ok" : "skipped") }}
          >
            <StatusIcon tone={alive && !leaves ? "ok" : "skipped"} />
          </Box>{" "}
          <Box
            component="span"
            sx={{ fontFamily: MONO, fontSize: 12, overflowWrap: "anywhere" }}
          >
            {url}
          </Box>{" "}
          · {t("health.heard")} {moment(heard_at, i18n.language, now)}
          {leaves && ` · ${t("health.leaves")}`}
        </li>
      ))}
    </Box>
  );
}
