/** Which other run a task is compared with: those of its route, newest first. */
import "./words";

import Box from "@mui/material/Box";
import Button from "@mui/material/Button";
import Dialog from "@mui/material/Dialog";
import DialogActions from "@mui/material/DialogActions";
import DialogContent from "@mui/material/DialogContent";
import DialogTitle from "@mui/material/DialogTitle";
import LinearProgress from "@mui/material/LinearProgress";
import Typography from "@mui/material/Typography";
import { useQuery } from "@tanstack/react-query";

import { engine } from "@/shared/api/client";
import type { TaskLine, TaskStatus } from "@/shared/api/types";
import { moment } from "@/shared/format";
import { useTranslation } from "@/shared/i18n";
import { Failure } from "@/shared/ui/Faults";
import { AppLink, LinkButton } from "@/shared/ui/LinkButton";
import { StatusChip } from "@/shared/ui/StatusChip";
import { useNow } from "@/shared/useNow";

const TASKS_SHOWN = 20;
const TITLE = "compare-title";

interface CompareDialogProps {
  status: TaskStatus;
  onClose: () => void;
}

export function CompareDialog({ status, onClose }: CompareDialogProps) {
  const { t } = useTranslation();
  const { id, route } = status;
  const tasks = useQuery({
    queryKey: ["tasks", "to-compare", route],
    queryFn: ({ signal }) => engine.tasks({ route, limit: TASKS_SHOWN + 1 }, signal),
    staleTime: 0,
  });
  const others = tasks.data?.items.filter((task) => task.id !== id);

  return (
    <Dialog open onClose={onClose} fullWidth maxWidth="sm" aria-labelledby={TITLE}>
      <DialogTitle id={TITLE}>{t("compare.dialog")}</DialogTitle>
      <DialogContent>
        <Typography color="textSecondary" sx={{ mb: 3 }}>
          {t(others?.length === 0 ? "compare.dialog_none" : "compare.dialog_intro", {
            route,
          })}
        </Typography>
        {tasks.isPending && <LinearProgress aria-label={t("loading")} />}
        {tasks.error && <Failure error={tasks.error} />}
        <Box component="ul" sx={{ listStyle: "none", m: 0, p: 0 }}>
          {others?.map((task) => (
            <Other key={task.id} task={task} status={status} />
          ))}
        </Box>
      </DialogContent>
      <DialogActions>
        <LinkButton to="/history" search={{ route }} sx={{ mr: "auto" }}>
          {t("compare.dialog_history")}
        </LinkButton>
        <Button color="inherit" onClick={onClose}>
          {t("compare.dialog_close")}
        </Button>
      </DialogActions>
    </Dialog>
  );
}

function Other({ task, status }: { task: TaskLine; status: TaskStatus }) {
  const { t, i18n } = useTranslation();
  const now = useNow(false);
  // The older one is what the newer one is compared with.
  const isOlder = Date.parse(task.created_at) < Date.parse(status.created_at);
  const [a, b] = isOlder ? [task.id, status.id] : [status.id, task.id];

  return (
    <Box
      component="li"
      sx={{
        display: "flex",
        flexWrap: "wrap",
        gap: 3,
        alignItems: "center",
        minHeight: 44,
        borderTop: 1,
        borderColor: "divider",
      }}
    >
      <AppLink to="/compare" search={{ a, b }} sx={{ fontWeight: 600 }}>
        {moment(task.created_at, i18n.language, now)}
      </AppLink>
      <StatusChip status={task.cancelled ? "cancelled" : task.status} />
      <Box component="span" sx={{ color: "text.secondary" }}>
        {[
          task.id === status.continues && t("compare.dialog_continued"),
          task.trial && t("history.trial"),
        ]
          .filter(Boolean)
          .join(" · ")}
      </Box>
    </Box>
  );
}
