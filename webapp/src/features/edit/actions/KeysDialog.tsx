/** The help page of keys, made from the registry: it cannot be out of date. */
import Box from "@mui/material/Box";
import Button from "@mui/material/Button";
import DialogActions from "@mui/material/DialogActions";
import DialogContent from "@mui/material/DialogContent";
import DialogTitle from "@mui/material/DialogTitle";
import Typography from "@mui/material/Typography";

import { useTranslation } from "@/shared/i18n";

import { EditDialog } from "../EditDialog";
import { GROUPS } from "./action";
import { shownKeys } from "./keys";
import { useActions } from "./registry";

export function KeysDialog() {
  return (
    <EditDialog name="keys" width="md" titleId="keys-title">
      {(close) => <Keys onDone={close} />}
    </EditDialog>
  );
}

function Keys({ onDone }: { onDone: () => void }) {
  const { t } = useTranslation();
  const all = useActions();
  return (
    <>
      <DialogTitle id="keys-title">{t("edit.keys")}</DialogTitle>
      <DialogContent tabIndex={0}>
        <Typography color="textSecondary" sx={{ mb: 4 }}>
          {t("edit.keys_intro")}
        </Typography>
        <Box
          sx={{
            display: "grid",
            gap: 6,
            gridTemplateColumns: { xs: "1fr", sm: "1fr 1fr" },
          }}
        >
          {GROUPS.map((group) => {
            const actions = all.filter((one) => one.group === group && one.keys);
            if (actions.length === 0) return null;
            return (
              <section key={group} aria-label={t(`edit.group.${group}`)}>
                <Typography variant="h3" component="h2" sx={{ mb: 1 }}>
                  {t(`edit.group.${group}`)}
                </Typography>
                <Box
                  component="dl"
                  sx={{
                    m: 0,
                    display: "grid",
                    gridTemplateColumns: "1fr auto",
                    rowGap: 1,
                    "& dd": { m: 0, textAlign: "right" },
                  }}
                >
                  {actions.map((action) => (
                    <Box key={action.id} sx={{ display: "contents" }}>
                      <dt>{t(action.label)}</dt>
                      <dd>
                        {action.keys?.map((keys, at) => (
                          <span key={keys}>
                            {at > 0 && " · "}
                            <kbd>{shownKeys(keys)}</kbd>
                          </span>
                        ))}
                      </dd>
                    </Box>
                  ))}
                </Box>
              </section>
            );
          })}
        </Box>
      </DialogContent>
      <DialogActions>
        <Button onClick={onDone}>{t("edit.close")}</Button>
      </DialogActions>
    </>
  );
}
