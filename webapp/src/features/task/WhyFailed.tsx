/** Why a task failed, with the ways to its step and its item. */
import Alert from "@mui/material/Alert";
import AlertTitle from "@mui/material/AlertTitle";
import Box from "@mui/material/Box";

import type { TaskStatus } from "@/shared/api/types";
import { useTranslation } from "@/shared/i18n";

import { FailedItem } from "./FailedItem";

interface WhyFailedProps {
  status: TaskStatus;
  onSelect: (node: string) => void;
  onItem: (path: string, node?: string) => void;
}

export function WhyFailed({ status, onSelect, onItem }: WhyFailedProps) {
  const { t } = useTranslation();
  if (status.cancelled) return null;
  const failed = status.failed;
  return (
    <Alert severity="error" sx={{ mb: 4 }}>
      <AlertTitle>
        {status.code
          ? t(`fault.${status.code}`, { defaultValue: status.code })
          : t("run.failed")}
      </AlertTitle>
      {failed && (
        <>
          <Box
            component="button"
            type="button"
            onClick={() => {
              onSelect(failed.node);
            }}
            sx={{
              font: "inherit",
              fontWeight: 600,
              color: "inherit",
              border: 0,
              p: 0,
              bgcolor: "transparent",
              textDecoration: "underline",
              cursor: "pointer",
            }}
          >
            {failed.node}
          </Box>
          {": "}
        </>
      )}
      <Box component="span" lang="en" sx={{ overflowWrap: "anywhere" }}>
        {failed?.message ?? status.message}
        {failed?.fault?.hint && <em>{` · ${failed.fault.hint}`}</em>}
      </Box>
      {failed && (
        <Box sx={{ mt: 2, mb: -1 }}>
          <FailedItem
            task={status.id}
            place={{ path: "", node: failed.node }}
            message={failed.fault?.message ?? failed.message ?? ""}
            onOpen={onItem}
          />
        </Box>
      )}
    </Alert>
  );
}
