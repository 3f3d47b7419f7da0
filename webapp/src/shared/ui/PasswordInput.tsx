/** A field for a password, which can be looked at while it is typed. */
import Button from "@mui/material/Button";
import TextField from "@mui/material/TextField";
import { type ReactNode, useState } from "react";

import { useTranslation } from "@/shared/i18n";

export const MIN_PASSWORD_CHARACTERS = 12;

interface PasswordInputProps {
  id: string;
  label: string;
  value: string;
  /** For whom browsers fill it in. */
  autoComplete: "current-password" | "new-password";
  helperText?: ReactNode;
  error?: boolean;
  isOptional?: boolean;
  autoFocus?: boolean;
  onChange: (text: string) => void;
}

export function PasswordInput(props: PasswordInputProps) {
  const { id, autoComplete, isOptional = false, onChange, ...others } = props;
  const { t } = useTranslation();
  const [isShown, setShown] = useState(false);
  return (
    <TextField
      id={id}
      type={isShown ? "text" : "password"}
      autoComplete={autoComplete}
      fullWidth
      required={!isOptional}
      size="small"
      slotProps={{
        htmlInput: {
          autoCapitalize: "none",
          spellCheck: false,
          ...(autoComplete === "new-password" && {
            minLength: MIN_PASSWORD_CHARACTERS,
          }),
        },
        inputLabel: { required: false },
        formHelperText: { id: `${id}-help` },
        input: {
          endAdornment: (
            <Button
              size="small"
              color="inherit"
              aria-pressed={isShown}
              aria-label={t("account.show_password")}
              onClick={() => {
                setShown(!isShown);
              }}
            >
              {t(isShown ? "account.hide" : "account.show")}
            </Button>
          ),
        },
      }}
      onChange={(event) => {
        onChange(event.target.value);
      }}
      {...others}
    />
  );
}
