/** The way to the task of a pipeline that this run called. */
import Box from "@mui/material/Box";

import { useTranslation } from "@/shared/i18n";
import { LinkButton } from "@/shared/ui/LinkButton";

import { usePrefetchTask } from "./useTaskRuns";

export function ChildTask({ task }: { task: string }) {
  const { t } = useTranslation();
  const prefetch = usePrefetchTask();
  const soon = () => {
    prefetch(task);
  };

  return (
    <Box sx={{ mt: 4 }}>
      <LinkButton
        to="/task/$task"
        params={{ task }}
        variant="outlined"
        size="small"
        onPointerEnter={soon}
        onFocus={soon}
      >
        {t("task.child")}
      </LinkButton>
    </Box>
  );
}
