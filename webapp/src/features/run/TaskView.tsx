/** How a task goes, then what came out or why nothing did. */
import Alert from "@mui/material/Alert";
import AlertTitle from "@mui/material/AlertTitle";
import Box from "@mui/material/Box";
import Button from "@mui/material/Button";
import LinearProgress from "@mui/material/LinearProgress";
import Typography from "@mui/material/Typography";
import { useQuery } from "@tanstack/react-query";
import { lazy, Suspense, useEffect, useRef, useState } from "react";

import { engine, isUnknown, Unreachable } from "@/shared/api/client";
import type { RouteDetails, TaskStatus } from "@/shared/api/types";
import { copy } from "@/shared/copy";
import { duration, secondsBetween } from "@/shared/format";
import { useTranslation } from "@/shared/i18n";
import { WORDS_IN_A_ROW } from "@/shared/theme";
import { EditorLink } from "@/shared/ui/EditorLink";
import { Failure } from "@/shared/ui/Faults";
import { LinkButton } from "@/shared/ui/LinkButton";
import { useTask } from "@/shared/useTask";

import type { Form } from "@/forms/form";
import { Running } from "./Running";
import { Snippets } from "./Snippets";

// While a form is filled in there is nothing to show: viewers come with the first task.
const Results = lazy(() =>
  import("./Results").then((module) => ({ default: module.Results })),
);

interface TaskViewProps {
  task: string;
  route: RouteDetails;
  /** It was started here: whoever did that by keyboard goes on where it is shown. */
  isOwn: boolean;
  /** What the task was given, as soon as it is known. */
  given: Form | undefined;
  isEditing: boolean;
  onEdit: () => void;
}

export function TaskView(props: TaskViewProps) {
  const { task, route, isOwn, given, isEditing, onEdit } = props;
  const { t } = useTranslation();
  const status = useTask(task);
  const section = useRef<HTMLElement>(null);
  const isShown = status.data !== undefined;
  useEffect(() => {
    if (isOwn && isShown) section.current?.focus({ preventScroll: true });
  }, [isOwn, isShown, task]);
  const isUnreachable = status.failureReason instanceof Unreachable;

  const again = !isEditing && (
    <Button variant="outlined" onClick={onEdit}>
      {t("run.again")}
    </Button>
  );
  const anew = !isEditing && <Button onClick={onEdit}>{t("run.anew")}</Button>;

  if (isUnknown(status.error)) {
    return (
      <Alert severity="info" action={anew}>
        {t("run.erased")}
      </Alert>
    );
  }
  if (!status.data) {
    return isUnreachable ? (
      <Failure error={status.failureReason} />
    ) : (
      <LinearProgress aria-label={t("loading")} />
    );
  }

  const data = status.data;
  return (
    <Box
      ref={section}
      component="section"
      aria-label={t("run.result")}
      tabIndex={-1}
      sx={{ outline: "none" }}
    >
      {isUnreachable && (
        <Box sx={{ mb: 3 }}>
          <Failure error={status.failureReason} />
        </Box>
      )}
      {data.status === "running" && <Running status={data} route={route} />}
      {data.status === "error" && <Failed status={data} />}
      {data.status === "finished" && <Outputs task={task} given={given} />}
      {data.status !== "running" && (
        <Box
          sx={{
            display: "flex",
            flexWrap: "wrap",
            columnGap: 4,
            rowGap: 2,
            mt: 6,
            alignItems: "center",
          }}
        >
          {again}
          <Box sx={{ ...WORDS_IN_A_ROW, flex: "1 1 300px" }}>
            <LinkButton to="/task/$task" params={{ task }}>
              {t("run.open_task")}
            </LinkButton>
            <EditorLink route={route} status={data} />
            <ShareButton />
            {given && (
              <Snippets route={route.route} values={given.values} files={given.files} />
            )}
            <Took status={data} />
          </Box>
        </Box>
      )}
    </Box>
  );
}

function Took({ status }: { status: TaskStatus }) {
  const { i18n } = useTranslation();
  const seconds = secondsBetween(status.created_at, status.ended_at, 0);
  return (
    <Typography variant="caption" color="textSecondary" sx={{ ml: "auto", px: 2 }}>
      {duration(seconds, i18n.language)}
    </Typography>
  );
}

function Failed({ status }: { status: TaskStatus }) {
  const { t } = useTranslation();
  if (status.cancelled) return <Alert severity="info">{t("run.cancelled")}</Alert>;

  const fault = status.failed?.fault;
  return (
    <Alert severity="error">
      <AlertTitle>
        {fault ? t(`fault.${fault.code}`, t("run.failed")) : t("run.failed")}
      </AlertTitle>
      <Box lang="en">{status.message}</Box>
      {fault?.hint && (
        <Box lang="en" sx={{ mt: 1 }}>
          {fault.hint}
        </Box>
      )}
    </Alert>
  );
}

function Outputs({ task, given }: { task: string; given: Form | undefined }) {
  const { t } = useTranslation();
  const outputs = useQuery({
    queryKey: ["task", task, "outputs"],
    queryFn: ({ signal }) => engine.outputs(task, signal),
    staleTime: Infinity,
  });

  if (outputs.error) return <Failure error={outputs.error} />;
  if (!outputs.data) return <LinearProgress aria-label={t("loading")} />;
  return (
    <Suspense fallback={<LinearProgress aria-label={t("loading")} />}>
      <Results task={task} outputs={outputs.data} given={given} />
    </Suspense>
  );
}

function ShareButton() {
  const { t } = useTranslation();
  const [isCopied, setIsCopied] = useState(false);
  return (
    <Button
      onClick={() => {
        void copy(window.location.href).then(() => {
          setIsCopied(true);
        });
      }}
    >
      {isCopied ? t("run.copied") : t("run.share")}
    </Button>
  );
}
