/** Another pipeline has the name: take one that is free, or look at that pipeline. */
import Alert from "@mui/material/Alert";
import Button from "@mui/material/Button";

import { entryOf } from "@/pipeline/document";
import { setField } from "@/pipeline/edits/fields";
import { useTranslation } from "@/shared/i18n";
import { LinkButton } from "@/shared/ui/LinkButton";

import { useKnownRoutes } from "../panel/knownRoutes";
import { perform } from "../store";
import { freeRoute } from "./freeRoute";

interface TakenNameProps {
  name: string;
  /** What is edited has another name now: save it. */
  onRenamed: () => void;
  onLeave: () => void;
}

export function TakenName({ name, onRenamed, onLeave }: TakenNameProps) {
  const { t } = useTranslation();
  const routes = useKnownRoutes();
  const free = freeRoute(name, (route) => routes.has(route));

  return (
    <Alert
      severity="error"
      sx={{ mt: 4 }}
      action={
        <>
          <Button
            size="small"
            color="inherit"
            onClick={() => {
              perform((document) => {
                const entry = entryOf(document);
                return entry
                  ? setField(document, entry.id, "api.route", free)
                  : document;
              });
              onRenamed();
            }}
          >
            {t("edit.saving.save_as", { route: free })}
          </Button>
          <LinkButton
            to="/edit/$route"
            params={{ route: name }}
            size="small"
            color="inherit"
            onClick={onLeave}
          >
            {t("edit.saving.open_other")}
          </LinkButton>
        </>
      }
    >
      {t("edit.saving.taken", { route: name })}
    </Alert>
  );
}
