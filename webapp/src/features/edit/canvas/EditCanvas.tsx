/** The document as a graph in which everything can be changed, with what to add. */
import "@xyflow/react/dist/base.css";

import Box from "@mui/material/Box";
import { ReactFlowProvider } from "@xyflow/react";

import { useTranslation } from "@/shared/i18n";

import { Fold } from "../Fold";
import { MenuAtPointer } from "../panel/StepMenu";
import { useReadOnly } from "../store";
import { useCanvas } from "./canvasState";
import { canvasStyles } from "./canvasStyles";
import { Graph } from "./Graph";
import { Palette } from "./Palette";
import { ProposalBar } from "./ProposalBar";

const PALETTE_WIDTH = 240;

export function EditCanvas() {
  const { t } = useTranslation();
  const readOnly = useReadOnly();
  const drawing = useCanvas((state) => state.drawing !== undefined);
  const settling = useCanvas((state) => state.settling);

  return (
    <>
      {!readOnly && (
        <Fold name="palette" side="left" width={PALETTE_WIDTH}>
          <Palette />
        </Fold>
      )}
      <Box
        component="section"
        aria-label={t("canvas.title")}
        data-drawing={drawing}
        data-settling={settling}
        data-read-only={readOnly}
        sx={{ position: "relative", flex: 1, minWidth: 0, ...canvasStyles }}
      >
        <ReactFlowProvider>
          <Graph />
          <ProposalBar />
          <MenuAtPointer />
        </ReactFlowProvider>
      </Box>
    </>
  );
}
