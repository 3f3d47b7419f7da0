/** What stands in the place of an empty list, and what can be done about it. */
import Paper from "@mui/material/Paper";
import Typography from "@mui/material/Typography";

import { useTranslation } from "@/shared/i18n";
import { LinkButton } from "@/shared/ui/LinkButton";

export function NoTasks({ filtered }: { filtered: boolean }) {
  const { t } = useTranslation();
  return (
    <Paper
      role="status"
      sx={{
        p: 8,
        borderRadius: 1.5,
        display: "grid",
        justifyItems: "center",
        gap: 4,
        textAlign: "center",
      }}
    >
      <Typography color="textSecondary">
        {t(filtered ? "history.none_match" : "history.none")}
      </Typography>
      {filtered ? (
        <LinkButton to="/history" search={{}} variant="outlined">
          {t("history.show_all")}
        </LinkButton>
      ) : (
        <LinkButton to="/" variant="outlined">
          {t("history.to_gallery")}
        </LinkButton>
      )}
    </Paper>
  );
}
