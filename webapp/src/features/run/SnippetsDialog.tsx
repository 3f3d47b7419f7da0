/** The same call as code, with the very values of the form. */
import Box from "@mui/material/Box";
import Button from "@mui/material/Button";
import Dialog from "@mui/material/Dialog";
import DialogActions from "@mui/material/DialogActions";
import DialogContent from "@mui/material/DialogContent";
import DialogTitle from "@mui/material/DialogTitle";
import Tab from "@mui/material/Tab";
import Tabs from "@mui/material/Tabs";
import { useState } from "react";

import { copy } from "@/shared/copy";
import { useTranslation } from "@/shared/i18n";
import { MONO } from "@/shared/theme";

import { type CallOfForm, LANGUAGES, snippet } from "./snippet";

interface SnippetsDialogProps {
  call: CallOfForm;
  onClose: () => void;
}

export function SnippetsDialog({ call, onClose }: SnippetsDialogProps) {
  const { t } = useTranslation();
  const [language, setLanguage] = useState<(typeof LANGUAGES)[number]>("cURL");
  const [copied, setCopied] = useState(false);
  const text = snippet(language, call);

  return (
    <Dialog open onClose={onClose} maxWidth="md" fullWidth aria-labelledby="code-title">
      <DialogTitle id="code-title">{t("run.code")}</DialogTitle>
      <DialogContent>
        <Tabs
          value={language}
          onChange={(_, chosen: (typeof LANGUAGES)[number]) => {
            setLanguage(chosen);
            setCopied(false);
          }}
        >
          {LANGUAGES.map((name) => (
            <Tab key={name} value={name} label={name} />
          ))}
        </Tabs>
        <Box
          component="pre"
          // It can be scrolled, so it can be reached by keyboard.
          tabIndex={0}
          aria-label={language}
          sx={{ fontFamily: MONO, fontSize: 12, overflow: "auto", py: 2 }}
        >
          {text}
        </Box>
      </DialogContent>
      <DialogActions>
        <Button onClick={onClose}>{t("close")}</Button>
        <Button
          variant="contained"
          onClick={() => {
            void copy(text).then(() => {
              setCopied(true);
            });
          }}
        >
          {t(copied ? "run.copied" : "run.copy")}
        </Button>
      </DialogActions>
    </Dialog>
  );
}
