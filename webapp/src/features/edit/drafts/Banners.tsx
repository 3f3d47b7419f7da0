/** What an author must know before going on: an old draft, another window or version. */
import Alert from "@mui/material/Alert";
import Button from "@mui/material/Button";

import { moment } from "@/shared/format";
import { useTranslation } from "@/shared/i18n";
import { useNow } from "@/shared/useNow";

import { useEdit } from "../store";
import { useUi } from "../ui";
import { useKeeping } from "./keeping";
import { useFoundDraft } from "./useFoundDraft";
import { useOthers } from "./useOthers";

export function Banners() {
  const { t, i18n } = useTranslation();
  const now = useNow(false);
  const { draft, restore, discard } = useFoundDraft();
  const { isElsewhere, newerVersion } = useOthers();
  const isRefused = useKeeping((state) => state.isRefused);
  const version = useEdit((state) => state.base.version);
  const openDialog = useUi((state) => state.openDialog);

  return (
    <>
      {draft && (
        <Alert
          severity="info"
          role="status"
          sx={BAR}
          action={
            <>
              <Button size="small" color="inherit" onClick={restore}>
                {t("edit.draft.restore")}
              </Button>
              <Button size="small" color="inherit" onClick={discard}>
                {t("edit.draft.discard")}
              </Button>
            </>
          }
        >
          {t("edit.draft.found", {
            time: moment(draft.at, i18n.language, now),
          })}
          {draft.base.version !== version && ` ${t("edit.draft.old_base")}`}
        </Alert>
      )}
      {newerVersion !== undefined && (
        <Alert
          severity="warning"
          role="status"
          sx={BAR}
          action={
            <Button
              size="small"
              color="inherit"
              onClick={() => {
                openDialog("conflict");
              }}
            >
              {t("edit.draft.compare")}
            </Button>
          }
        >
          {t("edit.draft.moved")}
        </Alert>
      )}
      {isElsewhere && (
        <Alert severity="info" role="status" sx={BAR}>
          {t("edit.draft.other_window")}
        </Alert>
      )}
      {isRefused && (
        <Alert severity="warning" sx={BAR}>
          {t("edit.draft.not_kept")}
        </Alert>
      )}
    </>
  );
}

const BAR = { borderRadius: 0, py: 0, alignItems: "center" };
