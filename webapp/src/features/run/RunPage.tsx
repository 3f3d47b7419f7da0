/** Run a route: a form, then how it goes, then what came out. No graph. */
import Alert from "@mui/material/Alert";
import Box from "@mui/material/Box";
import Typography from "@mui/material/Typography";
import { useQuery } from "@tanstack/react-query";
import { getRouteApi } from "@tanstack/react-router";
import { useEffect, useMemo, useRef, useState } from "react";

import { fieldsOf } from "@/contract/fields";
import { engine, isUnknown } from "@/shared/api/client";
import type { RouteDetails } from "@/shared/api/types";
import { useTranslation } from "@/shared/i18n";
import { missingWords } from "@/shared/missing";
import { WORDS_IN_A_ROW } from "@/shared/theme";
import { EditorLink } from "@/shared/ui/EditorLink";
import { Failure } from "@/shared/ui/Faults";
import { LinkButton } from "@/shared/ui/LinkButton";
import { Page } from "@/shared/ui/Page";
import { Words } from "@/shared/ui/Words";

import { HowItWorks } from "./HowItWorks";
import { RunForm } from "./RunForm";
import { TaskView } from "./TaskView";
import { UsedByDetails } from "./UsedByDetails";
import { useForm } from "./useForm";
import { useRun } from "./useRun";

const page = getRouteApi("/run/$route");
const WIDTH = 800;

export function RunPage() {
  const { route: name } = page.useParams();
  const { t } = useTranslation();

  const route = useQuery({
    queryKey: ["route", name],
    queryFn: ({ signal }) => engine.route(name, signal),
  });

  if (route.error) {
    return (
      <Page title={name} width={WIDTH}>
        <Failure error={route.error} />
        {isUnknown(route.error) && (
          <LinkButton to="/" variant="outlined" size="small" sx={{ mt: 4 }}>
            {t("history.to_gallery")}
          </LinkButton>
        )}
      </Page>
    );
  }
  if (!route.data) {
    return (
      <Page title={name} width={WIDTH}>
        {t("loading")}
      </Page>
    );
  }
  return <RunRoute key={name} route={route.data} />;
}

function RunRoute({ route }: { route: RouteDetails }) {
  const { task } = page.useSearch();
  const navigate = page.useNavigate();
  const { t } = useTranslation();
  const fields = useMemo(() => fieldsOf(route), [route]);
  // The form of a task that was started gives its place to how that goes.
  const [isEditing, setIsEditing] = useState(false);

  const isFormShown = task === undefined || isEditing;
  const formBox = useRef<HTMLElement>(null);
  useEffect(() => {
    if (!isEditing) return;
    formBox.current?.focus({ preventScroll: true });
    formBox.current?.scrollIntoView({ block: "start" });
  }, [isEditing]);

  const run = useRun(route.route, (started) => {
    setIsEditing(false);
    // The address names the task, so reloading or sharing it shows the same run.
    void navigate({ search: { task: started } });
  });
  const { form, given, edit } = useForm(route, fields, task, run.started);

  return (
    <Page
      title={route.summary || route.route}
      width={WIDTH}
      aside={
        !task && (
          <Box sx={WORDS_IN_A_ROW}>
            <EditorLink route={route} />
          </Box>
        )
      }
    >
      {route.description && (
        <Typography
          lang="en"
          color="textSecondary"
          sx={{ maxWidth: "68ch", mt: -3, mb: 6 }}
        >
          <Words text={route.description} />
        </Typography>
      )}
      {/* Of a task its steps say what they wait for. */}
      {!route.alive && isFormShown && (
        <Alert severity="warning" sx={{ mb: 5 }}>
          {missingWords(route, t)}
        </Alert>
      )}

      {task && (
        <TaskView
          task={task}
          route={route}
          isOwn={run.started?.task === task}
          given={given}
          isEditing={isEditing}
          onEdit={() => {
            setIsEditing(true);
          }}
        />
      )}
      <Box
        ref={formBox}
        hidden={!isFormShown}
        tabIndex={-1}
        sx={{ mt: task ? 8 : 0, outline: "none" }}
      >
        <RunForm
          route={route}
          fields={fields}
          form={form}
          sending={run.sending}
          error={run.error}
          onChange={edit}
          onRun={(sent) => {
            run.start(sent, task && given ? { task, form: given } : undefined);
          }}
          onCancel={run.cancel}
        />
      </Box>
      {route.type === "pipeline" && route.pipeline && (
        <HowItWorks route={route.route} nodes={route.pipeline.nodes} />
      )}
      {route.type === "service" && <UsedByDetails route={route.route} />}
    </Page>
  );
}
