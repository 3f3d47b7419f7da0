/**
 * What is wrong with any pipeline, asked when somebody wants to know: a service that
 * changed what it takes has told none of those that call it.
 */
import Box from "@mui/material/Box";
import LinearProgress from "@mui/material/LinearProgress";
import Typography from "@mui/material/Typography";

import type { Route } from "@/shared/api/types";
import { useTranslation } from "@/shared/i18n";
import { MONO, toneColor } from "@/shared/theme";
import { BusyButton } from "@/shared/ui/BusyButton";
import { DenseTable, FROM_SM } from "@/shared/ui/DenseTable";
import { AppLink } from "@/shared/ui/LinkButton";
import { StatusIcon } from "@/shared/ui/StatusChip";
import { useMayEdit } from "@/shared/useAbout";

import { Section } from "./Section";
import { type CheckedPipeline, useCheckAll } from "./useCheckAll";

export function CheckAll({ pipelines }: { pipelines: Route[] }) {
  const { t } = useTranslation();
  const mayEdit = useMayEdit();
  const { checked, total, isBusy, start } = useCheckAll();
  // The engine checks for authors alone.
  if (!mayEdit || pipelines.length === 0) return null;

  const isDone = !isBusy && total > 0;
  const faulty = checked.filter(({ faults }) => faults !== null && faults.length > 0);
  const unread = checked.filter(({ faults }) => faults === null).length;
  return (
    <Section title={t("checks.title")} note={t("checks.note")}>
      {isBusy && (
        <LinearProgress
          variant="determinate"
          value={(100 * checked.length) / total}
          aria-label={t("checks.progress", { done: checked.length, total })}
          sx={{ mb: 3 }}
        />
      )}
      {isDone && (
        <Typography role="status" sx={{ mb: 3 }}>
          {faulty.length === 0
            ? t("checks.well", { count: total - unread })
            : t("checks.found", { count: faulty.length })}{" "}
          {unread > 0 && t("checks.unread", { count: unread })}
        </Typography>
      )}
      {faulty.length > 0 && <FaultTable pipelines={faulty} />}
      <BusyButton
        variant="outlined"
        isBusy={isBusy}
        sx={{ mt: faulty.length > 0 ? 3 : 0 }}
        onClick={() => {
          void start(pipelines.map(({ route }) => route));
        }}
      >
        {t(isDone ? "checks.again" : "checks.start")}
      </BusyButton>
    </Section>
  );
}

function FaultTable({ pipelines }: { pipelines: CheckedPipeline[] }) {
  const { t } = useTranslation();
  return (
    <DenseTable>
      <thead>
        <tr>
          <th scope="col">{t("history.route")}</th>
          <Box component="th" scope="col" sx={FROM_SM}>
            {t("checks.where")}
          </Box>
          <th scope="col">{t("checks.what")}</th>
        </tr>
      </thead>
      <tbody>
        {pipelines.flatMap(({ route, faults }) =>
          (faults ?? []).map((fault) => (
            <tr key={[route, fault.node, fault.field, fault.code].join(" ")}>
              <th scope="row">
                <AppLink
                  to="/edit/$route"
                  params={{ route }}
                  search={{
                    ...(fault.node && { node: fault.node }),
                    ...(fault.field && { field: fault.field }),
                  }}
                  underline="hover"
                  color="textPrimary"
                  sx={{ fontWeight: 600 }}
                >
                  {route}
                </AppLink>
              </th>
              <Box component="td" sx={{ ...FROM_SM, fontFamily: MONO, fontSize: 12 }}>
                {[fault.node, fault.field].filter(Boolean).join(" · ")}
              </Box>
              <Box
                component="td"
                lang="en"
                sx={{
                  whiteSpace: "normal !important",
                  py: "8px !important",
                  width: "50%",
                }}
              >
                <Box
                  component="span"
                  sx={{
                    mr: 2,
                    color: toneColor(fault.level === "warning" ? "waiting" : "failed"),
                  }}
                >
                  <StatusIcon tone={fault.level === "warning" ? "waiting" : "failed"} />
                </Box>
                {fault.message}
                {fault.hint && <em> {fault.hint}.</em>}
              </Box>
            </tr>
          )),
        )}
      </tbody>
    </DenseTable>
  );
}
