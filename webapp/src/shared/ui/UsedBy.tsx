/** Which pipelines call a route, and when it is started; asked where somebody looks. */
import Typography from "@mui/material/Typography";

import { useTranslation } from "../i18n";
import { schedulesOf, useUsers } from "../useUsers";
import { FoundPipelines } from "./FoundPipelines";

export function UsedBy({ route }: { route: string }) {
  const { t } = useTranslation();
  const { data } = useUsers(route);
  if (!data) return null;
  return (
    <>
      <Typography variant="h3" component="h2" sx={{ mt: 4, mb: 1 }}>
        {t("used.title")}
      </Typography>
      {data.total + data.hidden + schedulesOf(data) === 0 ? (
        <Typography color="textSecondary">{t("used.nobody")}</Typography>
      ) : (
        <FoundPipelines found={data} />
      )}
    </>
  );
}
