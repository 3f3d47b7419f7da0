/** Mends a fault by one click; there is none where only the author knows how. */
import Button from "@mui/material/Button";
import { useMemo } from "react";

import { useTranslation } from "@/shared/i18n";

import { focusNode } from "../canvas/picking";
import { useKnownRoutes } from "../panel/knownRoutes";
import { perform, useEdit, useReadOnly } from "../store";
import { isError, type CheckedFault } from "./faultState";
import { remedyOf } from "./remedies";

export function RemedyButton({ fault }: { fault: CheckedFault }) {
  const { t } = useTranslation();
  const document = useEdit((state) => state.document);
  const stored = useEdit((state) => state.base.document);
  const routes = useKnownRoutes();
  const remedy = useMemo(
    () => remedyOf(fault, document, routes, stored),
    [fault, document, routes, stored],
  );
  const readOnly = useReadOnly();
  if (!remedy || readOnly) return null;
  const mended = remedy.select ?? fault.node;

  return (
    <Button
      ref={leaveToNode}
      size="small"
      variant="contained"
      color={isError(fault) ? "primary" : "inherit"}
      onClick={() => {
        perform(remedy.edit, mended === null ? {} : { select: [mended] });
      }}
    >
      {t(remedy.label, remedy.values ?? {})}
    </Button>
  );
}

/** Who mended the last fault by keyboard goes on at the node, as the button is gone. */
function leaveToNode(button: HTMLButtonElement) {
  return () => {
    const hasFocus = window.document.activeElement === button;
    if (hasFocus) focusNode(useEdit.getState().selection.at(-1));
  };
}
