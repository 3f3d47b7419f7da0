/** Which item of a loop is compared, and the way back to the tasks. */
import Box from "@mui/material/Box";
import Button from "@mui/material/Button";
import Typography from "@mui/material/Typography";
import { Fragment } from "react";

import { stepsOf } from "@/pipeline/framePath";
import type { SideName } from "@/pipeline/runDifference";
import { useTranslation } from "@/shared/i18n";

interface ItemTrailProps {
  path: string;
  /** In which of the runs there is no such item. */
  missing: Record<SideName, boolean>;
  onOpen: (path: string) => void;
}

export function ItemTrail({ path, missing, onOpen }: ItemTrailProps) {
  const { t } = useTranslation();
  const steps = stepsOf(path);
  if (steps.length === 0) return null;

  const places = [
    { path: "", word: t("task.title") },
    ...steps.map((step) => ({
      path: step.path,
      word: `${step.loop} ${String(step.index)}`,
    })),
  ];
  return (
    <Box component="nav" aria-label={t("task.trail")} sx={{ mb: 3, ml: -2 }}>
      {places.map((place, at) => (
        <Fragment key={place.path}>
          {at > 0 && <span aria-hidden>›</span>}
          <Button
            size="small"
            aria-current={place.path === path ? "location" : undefined}
            onClick={() => {
              onOpen(place.path);
            }}
          >
            {place.word}
          </Button>
        </Fragment>
      ))}
      {missing.before && <Missing>{t("compare.no_item_before")}</Missing>}
      {missing.after && <Missing>{t("compare.no_item_after")}</Missing>}
    </Box>
  );
}

function Missing({ children }: { children: string }) {
  return (
    <Typography color="textSecondary" sx={{ ml: 2, mt: 1 }}>
      {children}
    </Typography>
  );
}
