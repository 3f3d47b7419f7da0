/** What a new way makes possible: inputs that fit. Tab accepts them, Escape does not. */
import Box from "@mui/material/Box";
import Button from "@mui/material/Button";
import Paper from "@mui/material/Paper";

import { useTranslation } from "@/shared/i18n";
import { MONO } from "@/shared/theme";

import { acceptProposal } from "../panel/proposing";
import { setCanvas, useCanvas } from "./canvasState";

export function ProposalBar() {
  const { t } = useTranslation();
  const proposal = useCanvas((state) => state.proposal);
  if (!proposal) return null;

  return (
    <Paper
      role="status"
      sx={{
        position: "absolute",
        top: 12,
        left: "50%",
        transform: "translateX(-50%)",
        zIndex: 5,
        px: 3,
        py: 2,
        maxWidth: "calc(100% - 24px)",
        display: "flex",
        flexWrap: "wrap",
        gap: 3,
        alignItems: "center",
        borderRadius: 1.5,
        boxShadow: "0 4px 18px #0003",
        fontSize: 13,
      }}
    >
      <span>
        {t("canvas.fits", { node: proposal.node })}
        {Object.entries(proposal.inputs).map(([key, reference]) => (
          <Box
            key={key}
            component="span"
            sx={{ ml: 2, fontFamily: MONO, fontSize: 12, whiteSpace: "nowrap" }}
          >
            {key} ← {reference}
          </Box>
        ))}
      </span>
      <span>
        <Button size="small" variant="contained" onClick={acceptProposal}>
          {t("canvas.accept")}
        </Button>{" "}
        <Button
          size="small"
          onClick={() => {
            setCanvas({ proposal: undefined });
          }}
        >
          {t("canvas.no")}
        </Button>
      </span>
    </Paper>
  );
}
