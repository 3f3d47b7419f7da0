/** The graph of a route, for those who want to see it. */
import LinearProgress from "@mui/material/LinearProgress";
import Typography from "@mui/material/Typography";
import { lazy, Suspense, useState } from "react";

import type { PipelineNode } from "@/shared/api/types";
import { useTranslation } from "@/shared/i18n";
import { UsedBy } from "@/shared/ui/UsedBy";
import { Words } from "@/shared/ui/Words";

import { More } from "./More";

// Most people never ask for it: it is loaded when somebody does.
const PipelineCanvas = lazy(() =>
  import("@/canvas/PipelineCanvas").then((module) => ({
    default: module.PipelineCanvas,
  })),
);

const MAX_HEIGHT = 420;
const NO_STATES = new Map();

interface HowItWorksProps {
  route: string;
  nodes: PipelineNode[];
}

export function HowItWorks({ route, nodes }: HowItWorksProps) {
  const { t } = useTranslation();
  const [selected, setSelected] = useState<string>();
  const words = nodes.find(({ id }) => id === selected)?.description;

  return (
    <More summary={t("run.how")}>
      <Suspense fallback={<LinearProgress aria-label={t("loading")} sx={{ mt: 4 }} />}>
        <PipelineCanvas
          nodes={nodes}
          live={{ states: NO_STATES, selected, onSelect: setSelected }}
          maxHeight={MAX_HEIGHT}
        />
        <Typography
          variant="body2"
          lang="en"
          role="status"
          color="textSecondary"
          sx={{ minHeight: "1.5em", mt: 2, textAlign: "center" }}
        >
          {words && <Words text={words} />}
        </Typography>
        <UsedBy route={route} />
      </Suspense>
    </More>
  );
}
