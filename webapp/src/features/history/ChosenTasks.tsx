/** The tasks that were chosen in the list, to be compared: one or two. */
import Button from "@mui/material/Button";
import Paper from "@mui/material/Paper";
import Typography from "@mui/material/Typography";

import type { TaskLine } from "@/shared/api/types";
import { useTranslation } from "@/shared/i18n";
import { LinkButton } from "@/shared/ui/LinkButton";

/** With a task chosen, or not any more; of three the one that was chosen first goes. */
export function withTask(chosen: TaskLine[], task: TaskLine): TaskLine[] {
  const others = chosen.filter(({ id }) => id !== task.id);
  if (others.length < chosen.length) return others;
  return [...others, task].slice(-2);
}

interface ChosenTasksProps {
  tasks: TaskLine[];
  onNone: () => void;
}

export function ChosenTasks({ tasks, onNone }: ChosenTasksProps) {
  const { t } = useTranslation();
  // The older one is what the newer one is compared with.
  const [older, newer] = tasks.toSorted(
    (one, other) => Date.parse(one.created_at) - Date.parse(other.created_at),
  );
  if (!older) return null;

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
        {t(newer ? "history.two_chosen" : "history.one_chosen")}
      </Typography>
      <Button color="inherit" onClick={onNone}>
        {t("history.choose_none")}
      </Button>
      {newer && (
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
