/** The steps that are open: what each waits for, until when, and what can be done. */
import Box from "@mui/material/Box";
import Typography from "@mui/material/Typography";
import type { ReactNode } from "react";

import type { RouteDetails, TaskStatus, Waiting } from "@/shared/api/types";
import { duration } from "@/shared/format";
import { useTranslation } from "@/shared/i18n";
import { StatusIcon, toneOf } from "@/shared/ui/StatusChip";
import { toneColor } from "@/shared/theme";
import { when } from "@/shared/when";

/** What the engine says of a step that tells nothing itself: that it works is seen. */
const UNSAID = new Set(["the call", "the result"]);

interface OpenStepsProps {
  status: TaskStatus;
  route: RouteDetails;
  /** Milliseconds since 1970. */
  now: number;
  /** What a step does. */
  wordsOf: (node: string) => string;
}

export function OpenSteps({ status, route, now, wordsOf }: OpenStepsProps) {
  const speech = useTranslation();
  const { t, i18n } = speech;
  const missing = new Set(route.missing);

  const told = (run: Waiting): { tone: string; words: ReactNode } => {
    const service = route.pipeline?.nodes.find(({ id }) => id === run.node)?.service;
    const begins = run.status === "waiting" && run.until;
    // Of a step that has not begun the engine says in `until` when it does.
    const givesUp =
      !begins && run.until && t("run.gives_up", { when: when(run.until, now, speech) });

    if (service != null && missing.has(service)) {
      return {
        tone: "waiting",
        words: (
          <>
            {t("run.waiting_service", { service })} {givesUp}
            <br />
            {t("run.waiting_remedy")}
          </>
        ),
      };
    }
    if (begins) {
      return {
        tone: "waiting",
        words: t("task.begins", { when: when(begins, now, speech) }),
      };
    }
    if (run.status === "retrying") {
      return {
        tone: "waiting",
        words: (
          <>
            {run.again_at &&
              t("run.again_at", { when: when(run.again_at, now, speech) })}{" "}
            {givesUp} <span lang="en">{run.for}</span>
          </>
        ),
      };
    }
    const loop = status.progress.loops[run.node];
    if (loop) return { tone: "running", words: t("run.items", { ...loop }) };
    if (run.called) {
      const { route: inner, progress } = run.called;
      return { tone: "running", words: t("run.inner", { route: inner, ...progress }) };
    }
    const note = UNSAID.has(run.for) ? "" : run.for;
    return { tone: "running", words: <span lang="en">{note}</span> };
  };

  return (
    <Box
      component="ul"
      sx={{ listStyle: "none", p: 0, mt: 5, mb: 0, display: "grid", gap: 3 }}
    >
      {status.waiting.map((run) => {
        const { tone, words } = told(run);
        const usual = route.usual[run.node];
        return (
          <Box component="li" key={run.node} sx={{ display: "flex", gap: 3 }}>
            <Box sx={{ color: toneColor(toneOf(tone)), lineHeight: 1.5 }}>
              <StatusIcon tone={toneOf(tone)} />
            </Box>
            <div>
              <Typography sx={{ fontWeight: 600 }}>
                {wordsOf(run.node)}
                {usual !== undefined && (
                  <Typography component="span" variant="caption" color="textSecondary">
                    {" · "}
                    {t("run.usually", { time: duration(usual, i18n.language) })}
                  </Typography>
                )}
              </Typography>
              <Typography variant="body2" color="textSecondary">
                {words}
              </Typography>
            </div>
          </Box>
        );
      })}
    </Box>
  );
}
