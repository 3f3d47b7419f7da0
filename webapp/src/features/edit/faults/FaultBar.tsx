/** What is wrong: node, field, cause, and what mends it. Errors first. */
import Box from "@mui/material/Box";
import IconButton from "@mui/material/IconButton";

import { useTranslation } from "@/shared/i18n";
import { toneColor } from "@/shared/theme";
import { Words } from "@/shared/ui/Words";

import { BottomBar } from "../BottomBar";
import { goToFault } from "./actions";
import { isError, useFaultState } from "./faultState";
import { placeOfFault } from "./remedies";
import { RemedyButton } from "./RemedyButton";

export function FaultBar() {
  const { t } = useTranslation();
  const { faults, at } = useFaultState();
  const fault = faults[at];
  if (!fault) return null;

  const errors = faults.filter(isError).length;
  const warnings = faults.length - errors;
  const tone = isError(fault) ? "failed" : "waiting";
  const turn = (by: number) => {
    goToFault((at + by + faults.length) % faults.length);
  };
  return (
    <BottomBar role="region" label={t("canvas.faults")} edge={toneColor(tone)}>
      <Box sx={{ display: "flex", gap: 2, fontWeight: 600, whiteSpace: "nowrap" }}>
        {errors > 0 && (
          <span style={{ color: toneColor("failed") }}>
            ● {t("canvas.errors", { count: errors })}
          </span>
        )}
        {warnings > 0 && (
          <span style={{ color: toneColor("waiting") }}>
            ▲ {t("canvas.warnings", { count: warnings })}
          </span>
        )}
      </Box>
      <Box
        component="button"
        type="button"
        onClick={() => {
          goToFault(at);
        }}
        sx={{
          font: "inherit",
          flex: 1,
          minWidth: 240,
          textAlign: "left",
          border: 0,
          p: 0,
          bgcolor: "transparent",
          color: "text.primary",
          cursor: "pointer",
        }}
      >
        <Box component="span" sx={{ fontWeight: 600, color: toneColor(tone) }}>
          {isError(fault) ? "●" : "▲"} {placeOfFault(fault)}
        </Box>{" "}
        <span lang="en">
          <Words text={fault.message} />
          {fault.hint !== "" && (
            <Box component="span" sx={{ color: "text.secondary" }}>
              {" "}
              · {fault.hint}
            </Box>
          )}
        </span>
      </Box>
      <RemedyButton fault={fault} />
      {faults.length > 1 && (
        <Box sx={{ display: "flex", alignItems: "center", color: "text.secondary" }}>
          <IconButton
            size="small"
            aria-label={t("canvas.action.previous_fault")}
            onClick={() => {
              turn(-1);
            }}
          >
            ‹
          </IconButton>
          {at + 1} / {faults.length}
          <IconButton
            size="small"
            aria-label={t("canvas.action.next_fault")}
            title="F8"
            onClick={() => {
              turn(1);
            }}
          >
            ›
          </IconButton>
        </Box>
      )}
    </BottomBar>
  );
}
