/** What can be done with the tasks that were chosen in the list. */
import Paper from "@mui/material/Paper";
import Typography from "@mui/material/Typography";

import type { TaskLine } from "@/shared/api/types";
import { useTranslation } from "@/shared/i18n";
import { BusyButton } from "@/shared/ui/BusyButton";
import { LinkButton } from "@/shared/ui/LinkButton";

import { resumable, running } from "./chosen";
import type { Acting } from "./useActing";

interface ChosenTasksProps {
  tasks: TaskLine[];
  acting: Acting;
  onNone: () => void;
}

export function ChosenTasks({ tasks, acting, onNone }: ChosenTasksProps) {
  const { t } = useTranslation();
  // The older one is what the newer one is compared with.
  const [older, newer] = tasks.toSorted(
    (one, other) => Date.parse(one.created_at) - Date.parse(other.created_at),
  );
  const failed = resumable(tasks);
  const going = running(tasks);
  const { progress, said } = acting;
  if (!older && said === undefined) return null;

  return (
    <Paper
      sx={{
        position: "sticky",
        bottom: 16,
        zIndex: 2,
        mt: 4,
        px: 4,
        py: 2,
        display: "flex",
        flexWrap: "wrap",
        gap: 3,
        alignItems: "center",
        borderRadius: 1.5,
        borderColor: "primary.main",
      }}
    >
      <Typography role="status" sx={{ flex: 1, minWidth: 180 }}>
        {progress
          ? t("history.acting", progress)
          : (said ?? t("history.chosen", { count: tasks.length }))}
      </Typography>
      <BusyButton color="inherit" isBusy={progress !== undefined} onClick={onNone}>
        {t(older ? "history.choose_none" : "history.close")}
      </BusyButton>
      {going.length > 0 && (
        <BusyButton
          variant="outlined"
          isBusy={progress !== undefined}
          onClick={() => void acting.cancel(going)}
        >
          {t("history.cancel", { count: going.length })}
        </BusyButton>
      )}
      {failed.length > 0 && (
        <BusyButton
          variant={tasks.length === 2 ? "outlined" : "contained"}
          isBusy={progress !== undefined}
          onClick={() => void acting.resume(failed)}
        >
          {t("history.resume", { count: failed.length })}
        </BusyButton>
      )}
      {older && newer && tasks.length === 2 && (
        <LinkButton
          to="/compare"
          search={{ a: older.id, b: newer.id }}
          variant="contained"
        >
          {t("history.compare")}
        </LinkButton>
      )}
    </Paper>
  );
}
