/** Makes a token, and shows its secret once. */
import Alert from "@mui/material/Alert";
import Box from "@mui/material/Box";
import Button from "@mui/material/Button";
import Checkbox from "@mui/material/Checkbox";
import Dialog from "@mui/material/Dialog";
import DialogActions from "@mui/material/DialogActions";
import DialogContent from "@mui/material/DialogContent";
import DialogTitle from "@mui/material/DialogTitle";
import FormControlLabel from "@mui/material/FormControlLabel";
import { useMutation } from "@tanstack/react-query";
import { useState } from "react";

import { copy } from "@/shared/copy";
import { useTranslation } from "@/shared/i18n";
import { MONO } from "@/shared/theme";
import { BusyButton } from "@/shared/ui/BusyButton";
import { Failure } from "@/shared/ui/Faults";
import { ChoiceInput, TextInput } from "@/shared/ui/TextInput";

import { makeToken, type Scope, SCOPES } from "./calls";

const DAYS = [7, 30, 90, 366];
const DEFAULT_DAYS = "90";
const MAX_LABEL_CHARACTERS = 100;

interface TokenDialogProps {
  /** Administrators may make tokens for services. */
  mayAnnounce: boolean;
  onMade: () => void;
  onClose: () => void;
}

export function TokenDialog({ mayAnnounce, onMade, onClose }: TokenDialogProps) {
  const { t } = useTranslation();
  const making = useMutation({ mutationFn: makeToken, onSuccess: onMade });
  const secret = making.data?.token;
  return (
    <Dialog
      open
      fullWidth
      maxWidth="sm"
      aria-labelledby="token-title"
      onClose={(_, reason) => {
        // What is shown once must not go by a click beside it.
        if (secret === undefined || reason === "escapeKeyDown") onClose();
      }}
    >
      <DialogTitle id="token-title">{t("account_page.make_token")}</DialogTitle>
      {secret === undefined ? (
        <TokenForm
          mayAnnounce={mayAnnounce}
          error={making.error}
          isPending={making.isPending}
          onMake={making.mutate}
          onClose={onClose}
        />
      ) : (
        <Secret secret={secret} onClose={onClose} />
      )}
    </Dialog>
  );
}

interface TokenFormProps {
  mayAnnounce: boolean;
  error: Error | null;
  isPending: boolean;
  onMake: (wish: Parameters<typeof makeToken>[0]) => void;
  onClose: () => void;
}

function TokenForm(props: TokenFormProps) {
  const { mayAnnounce, error, isPending, onMake, onClose } = props;
  const { t } = useTranslation();
  const [label, setLabel] = useState("");
  const [scopes, setScopes] = useState<Scope[]>(["read", "run"]);
  const [days, setDays] = useState(DEFAULT_DAYS);
  const [announces, setAnnounces] = useState("");
  const patterns = announces.split(/[\s,]+/).filter((one) => one !== "");
  // The token of a service announces routes, and does nothing else.
  const isForService = patterns.length > 0;

  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        const wanted: Scope[] = isForService ? ["announce"] : scopes;
        onMake({ label, scopes: wanted, announces: patterns, days: Number(days) });
      }}
    >
      <DialogContent sx={{ display: "grid", gap: 4, pt: "8px !important" }}>
        <TextInput
          id="token-label"
          label={t("account_page.label")}
          value={label}
          attributes={{
            required: true,
            maxLength: MAX_LABEL_CHARACTERS,
            autoFocus: true,
          }}
          helperText={t("account_page.label_help")}
          onChange={setLabel}
        />
        <Box
          component="fieldset"
          disabled={isForService}
          sx={{ border: 0, m: 0, p: 0, display: "grid" }}
        >
          <Box component="legend" sx={{ p: 0, fontWeight: 600, fontSize: 14 }}>
            {t("account_page.may")}
          </Box>
          {SCOPES.map((scope) => (
            <FormControlLabel
              key={scope}
              disabled={isForService}
              label={t(`account_page.scope_${scope}`)}
              control={
                <Checkbox
                  size="small"
                  checked={!isForService && scopes.includes(scope)}
                  onChange={(_, isChosen) => {
                    const others = scopes.filter((one) => one !== scope);
                    setScopes(isChosen ? [...others, scope] : others);
                  }}
                />
              }
            />
          ))}
        </Box>
        {mayAnnounce && (
          <TextInput
            id="token-announces"
            label={t("account_page.announces")}
            value={announces}
            placeholder="face-*"
            helperText={t("account_page.announces_help")}
            onChange={setAnnounces}
          />
        )}
        <ChoiceInput
          id="token-days"
          label={t("account_page.valid")}
          value={days}
          options={DAYS.map((count) => [
            String(count),
            t("account_page.days", { count }),
          ])}
          onChange={setDays}
        />
        {error && <Failure error={error} />}
      </DialogContent>
      <DialogActions>
        <Button color="inherit" onClick={onClose}>
          {t("account_page.cancel")}
        </Button>
        <BusyButton
          type="submit"
          variant="contained"
          isBusy={isPending}
          disabled={!isForService && scopes.length === 0}
        >
          {t("account_page.make")}
        </BusyButton>
      </DialogActions>
    </form>
  );
}

function Secret({ secret, onClose }: { secret: string; onClose: () => void }) {
  const { t } = useTranslation();
  const [isCopied, setCopied] = useState(false);
  return (
    <>
      <DialogContent sx={{ display: "grid", gap: 4 }}>
        <Alert severity="warning">{t("account_page.once")}</Alert>
        <Box
          component="code"
          aria-label={t("account_page.secret")}
          role="textbox"
          aria-readonly
          tabIndex={0}
          sx={{
            p: 3,
            border: 1,
            borderColor: "divider",
            borderRadius: 1,
            fontFamily: MONO,
            fontSize: 13,
            overflowWrap: "anywhere",
            userSelect: "all",
          }}
        >
          {secret}
        </Box>
      </DialogContent>
      <DialogActions>
        <Button
          variant="contained"
          autoFocus
          onClick={() => {
            void copy(secret).then(() => {
              setCopied(true);
            });
          }}
        >
          {t(isCopied ? "run.copied" : "run.copy")}
        </Button>
        <Button color="inherit" onClick={onClose}>
          {t("close")}
        </Button>
      </DialogActions>
    </>
  );
}
