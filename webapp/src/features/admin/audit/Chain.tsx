/** Asks the engine whether the log is whole. */
import Alert from "@mui/material/Alert";
import Box from "@mui/material/Box";
import { useMutation } from "@tanstack/react-query";

import { useTranslation } from "@/shared/i18n";
import { BusyButton } from "@/shared/ui/BusyButton";
import { Failure } from "@/shared/ui/Faults";

import { verifyAudit } from "../calls";

export function Chain() {
  const { t } = useTranslation();
  const verifying = useMutation({ mutationFn: verifyAudit });
  const found = verifying.data;
  return (
    <Box sx={{ display: "grid", gap: 3, justifyItems: "start", mb: 4 }}>
      <BusyButton
        variant="outlined"
        isBusy={verifying.isPending}
        onClick={() => {
          verifying.mutate();
        }}
      >
        {t("admin.audit_verify")}
      </BusyButton>
      {verifying.error && <Failure error={verifying.error} />}
      {found &&
        (found.wrong === undefined ? (
          <Alert severity="success">
            {t("admin.audit_holds", { count: found.entries })}
          </Alert>
        ) : (
          <Alert severity="error">
            {t("admin.audit_broken")} <span lang="en">{found.wrong}</span>
          </Alert>
        ))}
    </Box>
  );
}
