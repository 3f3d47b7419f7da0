/** Where one is: the tasks around this one, and the items of loops within it. */
import Box from "@mui/material/Box";
import Button from "@mui/material/Button";
import { Fragment } from "react";

import { below, stepsOf } from "@/pipeline/framePath";
import type { TaskStatus } from "@/shared/api/types";
import { useTranslation } from "@/shared/i18n";
import { LinkButton } from "@/shared/ui/LinkButton";

import { type CallingRun, useCallers } from "./useCallers";

interface TrailProps {
  status: TaskStatus;
  path: string;
  onOpen: (path: string) => void;
}

export function Trail({ status, path, onOpen }: TrailProps) {
  const { t } = useTranslation();
  const callers = useCallers(status);
  const steps = stepsOf(path);
  if (steps.length === 0 && callers.length === 0) return null;

  return (
    <Box
      component="nav"
      aria-label={t("task.trail")}
      sx={{
        display: "flex",
        flexWrap: "wrap",
        alignItems: "center",
        mb: 3,
        ml: "-5px",
      }}
    >
      {callers.map((caller) => (
        <Fragment key={caller.task}>
          <LinkButton
            to="/task/$task"
            params={{ task: caller.task }}
            search={placeOf(caller)}
            size="small"
          >
            {caller.route} · {caller.node}
          </LinkButton>
          <span aria-hidden>›</span>
        </Fragment>
      ))}
      <Button
        size="small"
        aria-current={steps.length === 0 ? "location" : undefined}
        onClick={() => {
          onOpen("");
        }}
      >
        {callers.length > 0 ? status.route : t("task.title")}
      </Button>
      {steps.map((step) => (
        <Fragment key={step.path}>
          <span aria-hidden>›</span>
          <Button
            size="small"
            aria-current={step.path === path ? "location" : undefined}
            onClick={() => {
              onOpen(step.path);
            }}
          >
            {step.loop} {step.index}
          </Button>
        </Fragment>
      ))}
    </Box>
  );
}

/** The run that made the call, as addresses tell it. */
function placeOf({ task, path, node }: CallingRun): { path?: string; node: string } {
  const inner = path === task ? "" : below(task, path);
  return { ...(inner && { path: inner }), node };
}
