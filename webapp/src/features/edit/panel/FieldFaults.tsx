/** What is wrong with one field, below it, with what mends it. */
import Box from "@mui/material/Box";
import Button from "@mui/material/Button";

import { useTranslation } from "@/shared/i18n";
import { toneColor } from "@/shared/theme";
import { Words } from "@/shared/ui/Words";

import {
  type CheckedFault,
  faultKey,
  isError,
  useFaultsOf,
} from "../faults/faultState";
import { remedyOf } from "../faults/remedies";
import { perform, useEdit } from "../store";
import { knownRoutes } from "./knownRoutes";

interface FieldFaultsProps {
  node: string;
  /** Undefined: what is said of no field. */
  field: string | undefined;
  /** Also what is said of fields within it. */
  within?: boolean;
}

export function FieldFaults({ node, field, within = false }: FieldFaultsProps) {
  const faults = useFaultsOf(node).filter((fault) => {
    const named = fault.field ?? undefined;
    if (named === field) return true;
    return within && field !== undefined && named?.startsWith(`${field}.`) === true;
  });
  if (faults.length === 0) return null;
  return (
    <Box sx={{ display: "grid", gap: 1, mt: 1 }}>
      {faults.map((fault) => (
        <OneFault key={faultKey(fault)} fault={fault} />
      ))}
    </Box>
  );
}

function OneFault({ fault }: { fault: CheckedFault }) {
  const { t } = useTranslation();
  const remedy = useEdit(
    ({ document }) => remedyOf(fault, document, knownRoutes())?.label,
  );
  const error = isError(fault);

  const mend = () => {
    const found = remedyOf(fault, useEdit.getState().document, knownRoutes());
    if (found) perform(found.edit);
  };
  const values = () =>
    remedyOf(fault, useEdit.getState().document, knownRoutes())?.values ?? {};
  return (
    <Box
      sx={{
        fontSize: 12,
        lineHeight: 1.45,
        color: toneColor(error ? "failed" : "waiting"),
        overflowWrap: "anywhere",
      }}
    >
      <span aria-hidden>{error ? "● " : "▲ "}</span>
      <span lang="en">
        <Words text={fault.message} />
        {fault.hint !== "" && ` · ${fault.hint}`}
      </span>
      {remedy !== undefined && (
        <Button
          size="small"
          sx={{ ml: 1, py: 0, minWidth: 0, fontSize: 12 }}
          onClick={mend}
        >
          {t(remedy, values())}
        </Button>
      )}
    </Box>
  );
}
