/** How many pipelines call a route, and a way to see which. */
import Button from "@mui/material/Button";

import { useTranslation } from "@/shared/i18n";
import { useUsers } from "@/shared/useUsers";

import { useUi } from "../ui";

export function UsedByButton({ route }: { route: string | undefined }) {
  const { t } = useTranslation();
  const { data } = useUsers(route);
  if (route === undefined || !data) return null;
  const count = data.total + data.hidden;
  return (
    <Button
      size="small"
      color="inherit"
      data-tells
      onClick={() => {
        useUi.getState().openDialog("users", route);
      }}
      sx={{ justifySelf: "start", px: 1, ml: -1 }}
    >
      {count === 0 ? t("used.nobody") : t("edit.users.count", { count })}
    </Button>
  );
}
