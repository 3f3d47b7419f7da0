/** How often a run was tried, by whom, and what went wrong each time. */
import Box from "@mui/material/Box";

import type { Attempt } from "@/shared/api/types";
import { clock, duration, secondsBetween } from "@/shared/format";
import { useTranslation } from "@/shared/i18n";
import { MONO, toneColor } from "@/shared/theme";

interface AttemptsProps {
  attempts: Attempt[];
  now: number;
}

export function Attempts({ attempts, now }: AttemptsProps) {
  const { t, i18n } = useTranslation();
  return (
    <Box component="ol" sx={{ listStyle: "none", m: 0, p: 0, display: "grid", gap: 2 }}>
      {attempts.map((attempt) => (
        <Box component="li" key={attempt.number} sx={{ fontSize: 13 }}>
          <Box sx={{ display: "flex", flexWrap: "wrap", columnGap: 3 }}>
            <strong>{t("task.attempt", { n: attempt.number })}</strong>
            <span>{clock(attempt.at, i18n.language)}</span>
            <span>
              {duration(
                secondsBetween(attempt.at, attempt.ended_at, now),
                i18n.language,
              )}
            </span>
            {attempt.instance && (
              <Box
                component="span"
                sx={{
                  fontFamily: MONO,
                  fontSize: 12,
                  color: "text.secondary",
                  overflowWrap: "anywhere",
                }}
              >
                {attempt.instance}
              </Box>
            )}
          </Box>
          {attempt.error && (
            <Box
              lang="en"
              sx={{ color: toneColor("failed"), overflowWrap: "anywhere", mt: 0.5 }}
            >
              {attempt.error}
            </Box>
          )}
        </Box>
      ))}
    </Box>
  );
}
