/** A terminal waits to be signed in: I type its code, see what it is, and decide. */
import Alert from "@mui/material/Alert";
import Box from "@mui/material/Box";
import Typography from "@mui/material/Typography";
import { useMutation } from "@tanstack/react-query";
import { useState } from "react";

import { Problem } from "@/shared/api/client";
import { useTranslation } from "@/shared/i18n";
import { BusyButton } from "@/shared/ui/BusyButton";
import { Failure } from "@/shared/ui/Faults";
import { Page } from "@/shared/ui/Page";
import { TextInput } from "@/shared/ui/TextInput";
import { useAbout } from "@/shared/useAbout";

import { decide, terminalOf } from "./calls";
import { WaitingTerminal } from "./WaitingTerminal";
import "./words";

export function DevicePage() {
  const { t } = useTranslation();
  const about = useAbout();
  const [code, setCode] = useState("");
  const looking = useMutation({ mutationFn: () => terminalOf(code) });
  const deciding = useMutation({
    mutationFn: (allow: boolean) => decide(code, allow),
  });
  const terminal = looking.data;

  return (
    <Page title={t("account_page.device")} width={560}>
      {deciding.isSuccess ? (
        <Alert severity={deciding.variables ? "success" : "info"}>
          {t(deciding.variables ? "account_page.allowed" : "account_page.not_allowed")}
        </Alert>
      ) : terminal ? (
        <Box sx={{ display: "grid", gap: 4 }}>
          <WaitingTerminal terminal={terminal} name={about?.person?.name ?? ""} />
          <Refusal error={deciding.error} />
          <Box sx={{ display: "flex", flexWrap: "wrap", gap: 3 }}>
            <BusyButton
              variant="contained"
              isBusy={deciding.isPending}
              onClick={() => {
                deciding.mutate(true);
              }}
            >
              {t("account_page.allow")}
            </BusyButton>
            <BusyButton
              variant="outlined"
              color="error"
              isBusy={deciding.isPending}
              onClick={() => {
                deciding.mutate(false);
              }}
            >
              {t("account_page.refuse")}
            </BusyButton>
          </Box>
        </Box>
      ) : (
        <Box
          component="form"
          sx={{ display: "grid", gap: 4 }}
          onSubmit={(event) => {
            event.preventDefault();
            looking.mutate();
          }}
        >
          <Typography color="textSecondary">
            {t("account_page.device_words")}
          </Typography>
          <TextInput
            id="code"
            label={t("account_page.code")}
            value={code}
            placeholder="BCDF-GHJK"
            attributes={{
              autoComplete: "off",
              autoCapitalize: "characters",
              spellCheck: false,
              required: true,
              maxLength: 40,
              autoFocus: true,
            }}
            onChange={setCode}
          />
          <Refusal error={looking.error} />
          <BusyButton
            type="submit"
            variant="contained"
            isBusy={looking.isPending}
            sx={{ justifySelf: "start" }}
          >
            {t("account_page.go_on")}
          </BusyButton>
        </Box>
      )}
    </Page>
  );
}

function Refusal({ error }: { error: unknown }) {
  const { t } = useTranslation();
  if (!error) return null;
  if (!(error instanceof Problem)) return <Failure error={error} />;
  if (error.is("no-such-code")) {
    return <Alert severity="error">{t("account_page.no_such_code")}</Alert>;
  }
  if (error.is("too-many-codes")) {
    return <Alert severity="error">{t("account_page.too_many_codes")}</Alert>;
  }
  return <Failure error={error} />;
}
