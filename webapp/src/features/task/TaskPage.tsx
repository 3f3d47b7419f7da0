/** What a task does and did. */
import Box from "@mui/material/Box";
import LinearProgress from "@mui/material/LinearProgress";
import { getRouteApi } from "@tanstack/react-router";

import { isUnknown, Unreachable } from "@/shared/api/client";
import type { Pipeline } from "@/shared/api/types";
import { useTranslation } from "@/shared/i18n";
import { Failure } from "@/shared/ui/Faults";
import { Page } from "@/shared/ui/Page";
import { useTask } from "@/shared/useTask";

import { Actions } from "./Actions";
import { Details } from "./Details";
import { Erased } from "./Erased";
import { Facts } from "./Facts";
import { useDocument } from "./useTaskRuns";

const page = getRouteApi("/task/$task");
const WIDTH = 1360;

export function TaskPage() {
  const { task } = page.useParams();
  const { t } = useTranslation();
  const status = useTask(task);
  const pipeline = useDocument(status.data);

  if (isUnknown(status.error)) {
    return (
      <Page title={t("task.title")}>
        <Erased />
      </Page>
    );
  }
  if (!status.data) {
    return (
      <Page title={t("task.title")} width={WIDTH}>
        {status.failureReason ? (
          <Failure error={status.failureReason} />
        ) : (
          <LinearProgress aria-label={t("loading")} />
        )}
      </Page>
    );
  }

  return (
    <Page
      title={summaryOf(pipeline.data) ?? status.data.route}
      width={WIDTH}
      aside={
        <Actions
          key={task}
          status={status.data}
          isShown={pipeline.data !== undefined}
        />
      }
    >
      <Facts status={status.data} />
      {status.failureReason instanceof Unreachable && (
        <Box sx={{ mb: 4 }}>
          <Failure error={status.failureReason} />
        </Box>
      )}
      {!pipeline.data && pipeline.failureReason && (
        <Failure error={pipeline.failureReason} />
      )}
      {pipeline.data && (
        // Of another task nothing is kept: no moment, no values.
        <Details key={task} status={status.data} pipeline={pipeline.data} />
      )}
    </Page>
  );
}

function summaryOf(pipeline: Pipeline | undefined): string | undefined {
  const entry = pipeline?.nodes.find(({ type }) => type === "entry");
  const api = entry?.api as { summary?: unknown } | undefined;
  return typeof api?.summary === "string" && api.summary ? api.summary : undefined;
}
