/** What stands where a page cannot be shown. */
import Alert from "@mui/material/Alert";
import Box from "@mui/material/Box";

import { useTranslation } from "@/shared/i18n";
import { LinkButton } from "@/shared/ui/LinkButton";
import { Page } from "@/shared/ui/Page";

export function Lost() {
  const { t } = useTranslation();
  return (
    <Page title={t("error.title")}>
      <p>{t("error.not_found")}</p>
      <LinkButton to="/" variant="outlined">
        {t("error.home")}
      </LinkButton>
    </Page>
  );
}

export function Broken({ error }: { error: unknown }) {
  const { t } = useTranslation();
  return (
    <Page title={t("error.title")}>
      <Alert severity="error">
        {error instanceof Error ? error.message : String(error)}
      </Alert>
      <Box sx={{ mt: 4 }}>
        <LinkButton to="/" variant="outlined">
          {t("error.home")}
        </LinkButton>
      </Box>
    </Page>
  );
}
