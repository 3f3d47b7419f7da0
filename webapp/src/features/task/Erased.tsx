/** What stands at the address of a task that is gone. */
import Alert from "@mui/material/Alert";
import AlertTitle from "@mui/material/AlertTitle";
import Box from "@mui/material/Box";
import { useQuery } from "@tanstack/react-query";

import { engine } from "@/shared/api/client";
import { useTranslation } from "@/shared/i18n";
import { LinkButton } from "@/shared/ui/LinkButton";

const DAY_SECONDS = 24 * 3600;

/** Nothing is left that says what became of it: the usual reason is told. */
export function Erased() {
  const { t } = useTranslation();
  const about = useQuery({
    queryKey: ["about"],
    queryFn: ({ signal }) => engine.about(signal),
    staleTime: Infinity,
  });
  const seconds = about.data?.retention_seconds;
  const days = seconds === undefined ? 0 : Math.round(seconds / DAY_SECONDS);

  return (
    <Alert severity="info">
      <AlertTitle>
        {days > 0 ? t("task.erased_after", { count: days }) : t("run.erased")}
      </AlertTitle>
      {days > 0 && t("task.erased_else")}
      <Box sx={{ mt: 3 }}>
        <LinkButton to="/history" variant="outlined" size="small">
          {t("task.to_history")}
        </LinkButton>
      </Box>
    </Alert>
  );
}
