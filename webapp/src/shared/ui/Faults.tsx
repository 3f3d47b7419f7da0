/** Why something was refused or failed, with what to do. */
import Alert from "@mui/material/Alert";
import AlertTitle from "@mui/material/AlertTitle";

import { Problem, Unreachable } from "@/shared/api/client";
import { useTranslation } from "@/shared/i18n";

/** An error in words; the engine's own are English. */
export function Failure({ error, title }: { error: unknown; title?: string }) {
  const { t } = useTranslation();
  if (error instanceof Unreachable) {
    return <Alert severity="warning">{t("run.unreachable")}</Alert>;
  }

  const faults = error instanceof Problem ? (error.body.errors ?? []) : [];
  return (
    <Alert severity="error" lang="en">
      {title && <AlertTitle>{title}</AlertTitle>}
      {faults.length === 0
        ? error instanceof Error
          ? error.message
          : String(error)
        : faults.map((fault) => (
            <div key={`${String(fault.node)} ${String(fault.field)} ${fault.code}`}>
              {[fault.node, fault.field].filter(Boolean).join(" · ")} {fault.message}
              {fault.hint && <em> {fault.hint}.</em>}
            </div>
          ))}
    </Alert>
  );
}
