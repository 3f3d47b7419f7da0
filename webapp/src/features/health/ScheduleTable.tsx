/** What starts by itself, and what became of it: without a task nothing else tells. */
import Box from "@mui/material/Box";
import Button from "@mui/material/Button";
import Snackbar from "@mui/material/Snackbar";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";

import { engine } from "@/shared/api/client";
import type { Route, Schedule } from "@/shared/api/types";
import { moment } from "@/shared/format";
import { useTranslation } from "@/shared/i18n";
import { MONO, toneColor } from "@/shared/theme";
import { BusyButton } from "@/shared/ui/BusyButton";
import { DenseTable, FROM_MD, FROM_SM, RIGHT } from "@/shared/ui/DenseTable";
import { Failure } from "@/shared/ui/Faults";
import { AppLink } from "@/shared/ui/LinkButton";
import { StatusChip } from "@/shared/ui/StatusChip";
import { useNow } from "@/shared/useNow";
import { taskKey } from "@/shared/useTask";

import { ScheduleDialog } from "./ScheduleDialog";
import { addSchedule, changeSchedule, removeSchedule, wishOf } from "./useSchedules";

interface ScheduleTableProps {
  schedules: Schedule[];
  /** What can be started at times. */
  routes: Route[];
}

export function ScheduleTable({ schedules, routes }: ScheduleTableProps) {
  const { t } = useTranslation();
  const client = useQueryClient();
  const [edited, setEdited] = useState<Schedule | "new">();
  const refresh = () => client.invalidateQueries({ queryKey: ["schedules"] });
  const acting = useMutation({
    mutationFn: (act: () => Promise<unknown>) => act(),
    onSettled: refresh,
  });
  const [removed, setRemoved] = useState<Schedule>();
  return (
    <>
      {acting.error && <Failure error={acting.error} />}
      {schedules.length > 0 && (
        <DenseTable>
          <thead>
            <tr>
              <th scope="col">{t("history.route")}</th>
              <Box component="th" scope="col" sx={FROM_SM}>
                {t("schedules.when")}
              </Box>
              <Box component="th" scope="col" sx={FROM_MD}>
                {t("schedules.next")}
              </Box>
              <th scope="col">{t("schedules.last")}</th>
              <td />
            </tr>
          </thead>
          <tbody>
            {schedules.map((schedule) => (
              <tr key={schedule.id}>
                <Cells
                  schedule={schedule}
                  isBusy={acting.isPending}
                  onPause={() => {
                    const wish = { ...wishOf(schedule), paused: !schedule.paused };
                    acting.mutate(() => changeSchedule(schedule.id, wish));
                  }}
                  onEdit={() => {
                    setEdited(schedule);
                  }}
                  onRemove={() => {
                    acting.mutate(async () => {
                      await removeSchedule(schedule.id);
                      setRemoved(schedule);
                    });
                  }}
                />
              </tr>
            ))}
          </tbody>
        </DenseTable>
      )}
      <Button
        variant="outlined"
        disabled={routes.length === 0}
        sx={{ mt: schedules.length > 0 ? 3 : 0 }}
        onClick={() => {
          setEdited("new");
        }}
      >
        {t("schedules.make")}
      </Button>
      {edited && (
        <ScheduleDialog
          schedule={edited === "new" ? undefined : edited}
          routes={routes}
          onDone={refresh}
          onClose={() => {
            setEdited(undefined);
          }}
        />
      )}
      <Snackbar
        open={removed !== undefined}
        autoHideDuration={UNDO_MS}
        message={t("schedules.removed", { route: removed?.route ?? "" })}
        action={
          <Button
            color="inherit"
            size="small"
            onClick={() => {
              if (!removed) return;
              acting.mutate(() => addSchedule(wishOf(removed), removed.space ?? ""));
              setRemoved(undefined);
            }}
          >
            {t("task.undo")}
          </Button>
        }
        onClose={(_, reason) => {
          // A click elsewhere is not a wish to lose the way back.
          if (reason !== "clickaway") setRemoved(undefined);
        }}
      />
    </>
  );
}

/** A task that fails each night was started all the same. */
function HowItWent({ task }: { task: string }) {
  const { data } = useQuery({
    queryKey: taskKey(task),
    queryFn: ({ signal }) => engine.status(task, signal),
    // What has ended stays so; one that was erased is not asked for again.
    refetchInterval: ({ state }) =>
      state.data?.status === "running" ? POLL_MS : false,
    retry: false,
  });
  if (!data) return null;
  return <StatusChip status={data.cancelled ? "cancelled" : data.status} />;
}

const POLL_MS = 10_000;
const UNDO_MS = 10_000;

interface CellsProps {
  schedule: Schedule;
  isBusy: boolean;
  onPause: () => void;
  onEdit: () => void;
  onRemove: () => void;
}

function Cells({ schedule, isBusy, onPause, onEdit, onRemove }: CellsProps) {
  const { t, i18n } = useTranslation();
  const now = useNow(false);
  const { route, cron, timezone, next_at: next, paused } = schedule;
  return (
    <>
      <th scope="row">
        <AppLink
          to="/run/$route"
          params={{ route }}
          underline="hover"
          color="textPrimary"
          sx={{ fontWeight: 600 }}
        >
          {route}
        </AppLink>
      </th>
      <Box component="td" sx={FROM_SM}>
        <Box component="code" sx={{ fontFamily: MONO, fontSize: 12 }}>
          {cron}
        </Box>{" "}
        <Box component="span" sx={{ color: "text.secondary" }}>
          {timezone}
        </Box>
      </Box>
      <Box component="td" sx={FROM_MD}>
        {paused
          ? t("schedules.paused")
          : next && <time dateTime={next}>{moment(next, i18n.language, now)}</time>}
      </Box>
      <Box
        component="td"
        sx={{ whiteSpace: "normal !important", py: "8px !important", width: "50%" }}
      >
        <Last schedule={schedule} now={now} />
      </Box>
      <Box component="td" sx={RIGHT}>
        <BusyButton
          size="small"
          color="inherit"
          isBusy={isBusy}
          aria-label={t(paused ? "schedules.go_on_of" : "schedules.pause_of", {
            route,
            cron,
          })}
          onClick={onPause}
        >
          {t(paused ? "schedules.go_on" : "schedules.pause")}
        </BusyButton>
        <Button
          size="small"
          color="inherit"
          aria-label={t("schedules.edit_of", { route, cron })}
          onClick={onEdit}
        >
          {t("schedules.edit")}
        </Button>
        <BusyButton
          size="small"
          color="error"
          isBusy={isBusy}
          aria-label={t("schedules.remove_of", { route, cron })}
          onClick={onRemove}
        >
          {t("schedules.remove")}
        </BusyButton>
      </Box>
    </>
  );
}

/** The task of its last time, or why there is none. */
function Last({ schedule, now }: { schedule: Schedule; now: number }) {
  const { t, i18n } = useTranslation();
  const { last_at: at, last_task: task, last_error: error } = schedule;
  if (at === null) {
    return (
      <Box component="span" sx={{ color: "text.secondary" }}>
        {t("schedules.never")}
      </Box>
    );
  }
  const when = <time dateTime={at}>{moment(at, i18n.language, now)}</time>;
  if (error !== null) {
    return (
      <>
        <Box component="span" sx={{ color: toneColor("failed"), fontWeight: 600 }}>
          {t("schedules.nothing")}
        </Box>{" "}
        {when} <span lang="en">{error}</span>
      </>
    );
  }
  if (task === null) return when;
  return (
    <>
      <AppLink to="/task/$task" params={{ task }}>
        {when}
      </AppLink>{" "}
      <HowItWent task={task} />
    </>
  );
}
