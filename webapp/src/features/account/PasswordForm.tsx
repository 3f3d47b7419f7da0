/** Another password: the old one is asked for, so that a found screen is not enough. */
import Alert from "@mui/material/Alert";
import Box from "@mui/material/Box";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";

import { Problem } from "@/shared/api/client";
import { useTranslation } from "@/shared/i18n";
import { BusyButton } from "@/shared/ui/BusyButton";
import { Failure } from "@/shared/ui/Faults";
import { MIN_PASSWORD_CHARACTERS, PasswordInput } from "@/shared/ui/PasswordInput";

import { changePassword } from "./calls";

export function PasswordForm({ name }: { name: string }) {
  const { t } = useTranslation();
  const client = useQueryClient();
  const [current, setCurrent] = useState("");
  const [password, setPassword] = useState("");
  const changing = useMutation({
    mutationFn: () => changePassword(current, password),
    onSuccess: () => {
      setCurrent("");
      setPassword("");
      void client.invalidateQueries({ queryKey: ["sessions"] });
    },
  });
  const { error } = changing;
  const isWrong = error instanceof Problem && error.is("wrong-password");

  return (
    <Box
      component="form"
      sx={{ display: "grid", gap: 4, maxWidth: 420 }}
      onSubmit={(event) => {
        event.preventDefault();
        changing.mutate();
      }}
    >
      {/* Password managers want to know whose it is. */}
      <input type="text" autoComplete="username" value={name} readOnly hidden />
      <PasswordInput
        id="current-password"
        label={t("account_page.current")}
        value={current}
        autoComplete="current-password"
        onChange={setCurrent}
      />
      <PasswordInput
        id="new-password"
        label={t("account_page.new_password")}
        value={password}
        autoComplete="new-password"
        helperText={t("account_page.password_help", { least: MIN_PASSWORD_CHARACTERS })}
        onChange={setPassword}
      />
      {isWrong && <Alert severity="error">{t("account_page.wrong")}</Alert>}
      {error && !isWrong && <Failure error={error} />}
      {changing.isSuccess && (
        <Alert severity="success">{t("account_page.password_changed")}</Alert>
      )}
      <BusyButton
        type="submit"
        variant="outlined"
        isBusy={changing.isPending}
        sx={{ justifySelf: "start" }}
      >
        {t("account_page.change_password")}
      </BusyButton>
    </Box>
  );
}
