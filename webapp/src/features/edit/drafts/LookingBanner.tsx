/** Who may only look is told so, and whom to ask. */
import Alert from "@mui/material/Alert";
import Button from "@mui/material/Button";

import { useTranslation } from "@/shared/i18n";
import { useSpaceNames } from "@/shared/useSpaceNames";

import type { ReadOnly } from "../store";
import { useOthers } from "./useOthers";

export function LookingBanner({ space }: ReadOnly) {
  const { t } = useTranslation();
  const { newerVersion } = useOthers();
  const nameOf = useSpaceNames(space !== null);
  return (
    <>
      <Alert severity="info" sx={BAR}>
        {space === null
          ? t("edit.looking.of_others")
          : t("edit.looking.of_space", { space: nameOf(space) })}
      </Alert>
      {newerVersion !== undefined && (
        <Alert
          severity="info"
          role="status"
          sx={BAR}
          action={
            <Button
              size="small"
              color="inherit"
              onClick={() => {
                window.location.reload();
              }}
            >
              {t("edit.looking.show")}
            </Button>
          }
        >
          {t("edit.looking.newer")}
        </Alert>
      )}
    </>
  );
}

const BAR = { borderRadius: 0, py: 0, alignItems: "center" };
