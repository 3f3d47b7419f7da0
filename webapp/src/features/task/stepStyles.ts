/** How the steps of a table look: each is a button, one row is chosen. */
import { CHOSEN } from "@/shared/theme";

export const STEP_STYLES = {
  "& tbody tr.chosen": {
    bgcolor: CHOSEN,
    boxShadow: "inset 3px 0 var(--mui-palette-primary-main)",
  },
  "& .step": {
    display: "flex",
    alignItems: "center",
    gap: 2,
    minHeight: 30,
    px: 1.5,
    font: "inherit",
    fontWeight: 500,
    color: "inherit",
    textAlign: "left",
    whiteSpace: "normal",
    border: 0,
    borderRadius: 1,
    bgcolor: "transparent",
    cursor: "pointer",
    overflowWrap: "anywhere",
  },
};
