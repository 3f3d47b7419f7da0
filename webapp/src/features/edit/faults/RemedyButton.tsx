/** Mends a fault by one click; there is none where only the author knows how. */
import Button from "@mui/material/Button";
import { useMemo } from "react";

import { useTranslation } from "@/shared/i18n";

import { useKnownRoutes } from "../panel/knownRoutes";
import { perform, useEdit } from "../store";
import { isError, type CheckedFault } from "./faultState";
import { remedyOf } from "./remedies";

export function RemedyButton({ fault }: { fault: CheckedFault }) {
  const { t } = useTranslation();
  const document = useEdit((state) => state.document);
  const routes = useKnownRoutes();
  const remedy = useMemo(
    () => remedyOf(fault, document, routes),
    [fault, document, routes],
  );
  if (!remedy) return null;

  return (
    <Button
      size="small"
      variant="contained"
      color={isError(fault) ? "primary" : "inherit"}
      onClick={() => {
        perform(remedy.edit, fault.node === null ? {} : { select: [fault.node] });
      }}
    >
      {t(remedy.label, remedy.values ?? {})}
    </Button>
  );
}
