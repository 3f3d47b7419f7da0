/** Who did what: the audit log, the newest first. The address has the filters. */
import Alert from "@mui/material/Alert";
import Box from "@mui/material/Box";
import LinearProgress from "@mui/material/LinearProgress";
import Typography from "@mui/material/Typography";
import { keepPreviousData, useMutation, useQuery } from "@tanstack/react-query";
import { getRouteApi } from "@tanstack/react-router";

import { useTranslation } from "@/shared/i18n";
import { save } from "@/shared/save";
import { BusyButton } from "@/shared/ui/BusyButton";
import { Failure } from "@/shared/ui/Faults";
import { LinkButton } from "@/shared/ui/LinkButton";

import { AdminPage } from "../AdminPage";
import { audit, auditLines, ROWS, withoutEmpty } from "../calls";
import { AuditFilters } from "./AuditFilters";
import { AuditTable } from "./AuditTable";
import { Chain } from "./Chain";

const page = getRouteApi("/admin/audit");

export function AuditPage() {
  const { t } = useTranslation();
  return (
    <AdminPage forAdministrators title={t("nav.audit")} aside={<Download />}>
      <Typography color="textSecondary" sx={{ mb: 4, maxWidth: "68ch" }}>
        {t("admin.audit_words")}
      </Typography>
      <Chain />
      <Log />
    </AdminPage>
  );
}

function Download() {
  const { t } = useTranslation();
  const reading = useMutation({
    mutationFn: auditLines,
    onSuccess: (lines) => {
      save("audit.jsonl", lines);
    },
  });
  return (
    <>
      {reading.error && <Failure error={reading.error} />}
      <BusyButton
        variant="outlined"
        isBusy={reading.isPending}
        onClick={() => {
          reading.mutate();
        }}
      >
        {t("admin.audit_download")}
      </BusyButton>
    </>
  );
}

function Log() {
  const { t } = useTranslation();
  const search = page.useSearch();
  const { who = "", action = "", object = "", outcome = "", before = "" } = search;
  const navigate = page.useNavigate();
  const sought = { who, action, object, outcome };
  const list = useQuery({
    queryKey: ["audit", sought, before],
    queryFn: ({ signal }) => audit(sought, before, signal),
    placeholderData: keepPreviousData,
  });
  const items = list.data?.items ?? [];
  const next = list.data?.next ?? undefined;

  return (
    <>
      <AuditFilters
        sought={sought}
        onChange={(change) => {
          const wanted = withoutEmpty({ ...sought, ...change });
          void navigate({ search: wanted, replace: true });
        }}
      />
      {list.isPending && <LinearProgress aria-label={t("loading")} />}
      {list.error && <Failure error={list.error} />}
      {list.data && items.length === 0 && next === undefined && (
        <Typography role="status" color="textSecondary">
          {t("admin.audit_none")}
        </Typography>
      )}
      {items.length > 0 && <AuditTable entries={items} />}
      {next !== undefined && items.length < ROWS && (
        <Alert severity="info" sx={{ mt: 3 }}>
          {t("admin.audit_looked")}
        </Alert>
      )}
      <Box sx={{ display: "flex", gap: 2, mt: 4 }}>
        {before !== "" && (
          <LinkButton
            to="/admin/audit"
            search={withoutEmpty(sought)}
            variant="outlined"
          >
            {t("admin.audit_newest")}
          </LinkButton>
        )}
        {next !== undefined && (
          <LinkButton
            to="/admin/audit"
            search={{ ...withoutEmpty(sought), before: String(next) }}
            variant="outlined"
          >
            {t("admin.audit_older")}
          </LinkButton>
        )}
      </Box>
    </>
  );
}
