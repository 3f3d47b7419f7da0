/** Tasks as a dense table; a phone shows which, how they are and when. */
import Box from "@mui/material/Box";
import Checkbox from "@mui/material/Checkbox";

import type { TaskLine } from "@/shared/api/types";
import { duration, moment, secondsBetween } from "@/shared/format";
import { useTranslation } from "@/shared/i18n";
import { MONO } from "@/shared/theme";
import { DenseTable, FROM_MD, FROM_SM, RIGHT } from "@/shared/ui/DenseTable";
import { AppLink } from "@/shared/ui/LinkButton";
import { StatusChip } from "@/shared/ui/StatusChip";
import { TintedRow } from "@/shared/ui/TintedRow";
import { useChanged } from "@/shared/useChanged";
import { useNow } from "@/shared/useNow";

interface TaskTableProps {
  tasks: TaskLine[];
  /** The ids of those with which something is to be done. */
  chosen: ReadonlySet<string>;
  onChoose: (task: TaskLine) => void;
  onChoosePage: () => void;
  /** The tasks that go on with some of these. */
  resumed: ReadonlyMap<string, string>;
}

export function TaskTable(props: TaskTableProps) {
  const { tasks, chosen, onChoose, onChoosePage, resumed } = props;
  const { t } = useTranslation();
  const now = useNow(tasks.some(({ status }) => status === "running"));
  const changed = useChanged(tasks, marksOf);
  const numberChosen = tasks.filter(({ id }) => chosen.has(id)).length;

  return (
    <DenseTable>
      <thead>
        <tr>
          <Box component="th" scope="col" sx={NARROW}>
            <Checkbox
              size="small"
              checked={numberChosen === tasks.length}
              indeterminate={numberChosen > 0 && numberChosen < tasks.length}
              onChange={onChoosePage}
              slotProps={{ input: { "aria-label": t("history.choose_page") } }}
              sx={{ p: 1 }}
            />
          </Box>
          <th scope="col">{t("history.route")}</th>
          <th scope="col">{t("history.status")}</th>
          <Box component="th" scope="col" sx={{ ...FROM_MD, width: "50%" }}>
            {t("history.message")}
          </Box>
          <Box component="th" scope="col" sx={{ ...FROM_SM, ...RIGHT }}>
            {t("history.took")}
          </Box>
          <Box component="th" scope="col" sx={RIGHT}>
            {t("history.when")}
          </Box>
        </tr>
      </thead>
      <tbody>
        {tasks.map((task) => (
          <TintedRow key={task.id} changed={changed.has(task.id)} mark={stateOf(task)}>
            <Box component="td" sx={NARROW}>
              <Choice
                task={task}
                isChosen={chosen.has(task.id)}
                now={now}
                onChoose={onChoose}
              />
            </Box>
            <Cells task={task} now={now} goesOn={resumed.get(task.id)} />
          </TintedRow>
        ))}
      </tbody>
    </DenseTable>
  );
}

const NARROW = { width: 32, px: "4px !important", position: "relative" };

interface ChoiceProps {
  task: TaskLine;
  isChosen: boolean;
  now: number;
  onChoose: (task: TaskLine) => void;
}

/** On a phone a long name gives way, so that the time has its place. */
const NAME = {
  maxWidth: { xs: 0, sm: "none" },
  width: { xs: "100%", sm: "auto" },
  overflow: "hidden",
  textOverflow: "ellipsis",
};

/** Chooses a task: to be compared, to go on, to be stopped. */
function Choice({ task, isChosen, now, onChoose }: ChoiceProps) {
  const { t, i18n } = useTranslation();
  const when = moment(task.created_at, i18n.language, now);
  return (
    <Checkbox
      size="small"
      checked={isChosen}
      onChange={() => {
        onChoose(task);
      }}
      slotProps={{
        input: { "aria-label": t("history.choose_task", { route: task.route, when }) },
      }}
      sx={{ p: 1 }}
    />
  );
}

function stateOf(task: TaskLine): string {
  return task.cancelled ? "cancelled" : task.status;
}

function marksOf(tasks: TaskLine[]): Map<string, string> {
  return new Map(tasks.map((task) => [task.id, stateOf(task)]));
}

interface CellsProps {
  task: TaskLine;
  now: number;
  /** The task that goes on with this one, as far as this page knows. */
  goesOn: string | undefined;
}

function Cells({ task, now, goesOn }: CellsProps) {
  const { t, i18n } = useTranslation();
  return (
    <>
      <Box component="th" scope="row" sx={NAME}>
        <AppLink
          to="/task/$task"
          params={{ task: task.id }}
          underline="hover"
          color="textPrimary"
          sx={{ fontWeight: 600 }}
        >
          {task.route}
        </AppLink>
        {task.continues && <Mark word={t("task.continues")}>↻</Mark>}
        {task.trial && <Mark word={t("task.trial")}>{t("history.trial")}</Mark>}
      </Box>
      <td>
        <StatusChip status={stateOf(task)} />
        {goesOn && (
          <AppLink to="/task/$task" params={{ task: goesOn }} sx={{ ml: 2 }}>
            ↻ {t("history.goes_on")}
          </AppLink>
        )}
      </td>
      <Box
        component="td"
        title={task.message ?? ""}
        sx={{ ...FROM_MD, maxWidth: 0, overflow: "hidden", textOverflow: "ellipsis" }}
      >
        <Message task={task} />
      </Box>
      <Box component="td" sx={{ ...FROM_SM, ...RIGHT }}>
        {duration(secondsBetween(task.created_at, task.ended_at, now), i18n.language)}
      </Box>
      <Box component="td" sx={{ ...RIGHT, color: "text.secondary" }}>
        <time dateTime={task.created_at}>
          {moment(task.created_at, i18n.language, now)}
        </time>
      </Box>
    </>
  );
}

/** A small word or sign beside the name; the title says it in full. */
function Mark({ word, children }: { word: string; children: string }) {
  return (
    <Box
      component="span"
      title={word}
      role="img"
      aria-label={word}
      sx={{ ml: 2, fontSize: 12, color: "text.secondary" }}
    >
      {children}
    </Box>
  );
}

/** What the status does not say already: the cause, and the engine's own words. */
function Message({ task }: { task: TaskLine }) {
  const { t } = useTranslation();
  if (task.status === "finished") return null;

  const cause = task.code && t(`fault.${task.code}`, { defaultValue: task.code });
  return (
    <>
      {task.failed_node && (
        <Box component="span" sx={{ fontFamily: MONO, fontSize: 12, mr: 2 }}>
          {task.failed_node}
        </Box>
      )}
      {cause && (
        <Box component="span" sx={{ mr: 2 }}>
          {cause}
        </Box>
      )}
      {!task.cancelled && (
        <Box component="span" lang="en" sx={{ color: "text.secondary" }}>
          {task.message?.replace(`node ${task.failed_node ?? ""}: `, "")}
        </Box>
      )}
    </>
  );
}
