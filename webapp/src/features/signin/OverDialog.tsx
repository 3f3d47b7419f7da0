/** Stands over a page whose session has ended: what was typed in it stays. */
import Button from "@mui/material/Button";
import Dialog from "@mui/material/Dialog";
import DialogContent from "@mui/material/DialogContent";
import DialogTitle from "@mui/material/DialogTitle";
import Typography from "@mui/material/Typography";

import { apiUrl } from "@/shared/api/client";
import { useTranslation } from "@/shared/i18n";
import { useAbout } from "@/shared/useAbout";

import { providerAddress, signIn } from "./calls";
import { NameForm } from "./NameForm";
import "./words";

interface OverDialogProps {
  /** Who was signed in here. */
  name: string;
  onBack: (person: string) => void;
}

export function OverDialog({ name, onBack }: OverDialogProps) {
  const { t } = useTranslation();
  const about = useAbout();
  return (
    <Dialog
      open
      fullWidth
      maxWidth="xs"
      aria-labelledby="over-title"
      // Nothing of the page can be read: somebody else may be here by now.
      slotProps={{ backdrop: { sx: { bgcolor: "background.default" } } }}
    >
      <DialogTitle id="over-title">{t("signin.over")}</DialogTitle>
      <DialogContent sx={{ display: "grid", gap: 4, pb: 6 }}>
        <Typography color="textSecondary">
          {t(about?.auth === "oidc" ? "signin.over_provider" : "signin.over_words")}
        </Typography>
        {about?.auth === "oidc" ? (
          <Button
            href={providerAddress(apiUrl("account"))}
            target="_blank"
            rel="noopener"
            variant="contained"
          >
            {t("signin.action")}
          </Button>
        ) : (
          <NameForm
            name={name}
            action={t("signin.action")}
            send={signIn}
            onDone={onBack}
          />
        )}
      </DialogContent>
    </Dialog>
  );
}
