/** Language, and light or dark: kept in this browser. */
import Box from "@mui/material/Box";
import FormControlLabel from "@mui/material/FormControlLabel";
import Radio from "@mui/material/Radio";
import RadioGroup from "@mui/material/RadioGroup";
import Typography from "@mui/material/Typography";
import { useColorScheme } from "@mui/material/styles";
import { useId } from "react";

import { type Language, speak, useTranslation } from "@/shared/i18n";

const LANGUAGES: [Language, string][] = [
  ["en", "English"],
  ["fr", "Français"],
];
const LOOKS = ["system", "light", "dark"] as const;

export function Appearance() {
  const { t, i18n } = useTranslation();
  const { mode = "system", setMode } = useColorScheme();
  return (
    <Box sx={{ display: "flex", flexWrap: "wrap", columnGap: 12, rowGap: 4 }}>
      <Choice
        label={t("account_page.language")}
        value={i18n.language}
        options={LANGUAGES}
        onChange={(language) => void speak(language)}
      />
      <Choice
        label={t("account_page.look")}
        value={mode}
        options={LOOKS.map((look) => [look, t(`account_page.look_${look}`)])}
        onChange={setMode}
      />
    </Box>
  );
}

interface ChoiceProps<Value extends string> {
  label: string;
  value: Value;
  options: [Value, string][];
  onChange: (value: Value) => void;
}

function Choice<Value extends string>(props: ChoiceProps<Value>) {
  const { label, value, options, onChange } = props;
  const id = useId();
  return (
    <div>
      <Typography id={id} variant="h3" component="h3">
        {label}
      </Typography>
      <RadioGroup
        row
        aria-labelledby={id}
        value={value}
        onChange={(event) => {
          onChange(event.target.value as Value);
        }}
      >
        {options.map(([option, words]) => (
          <FormControlLabel
            key={option}
            value={option}
            control={<Radio size="small" />}
            label={words}
          />
        ))}
      </RadioGroup>
    </div>
  );
}
