/** What follows a node, side by side: ways can be added and removed here too. */
import Box from "@mui/material/Box";
import Button from "@mui/material/Button";
import Chip from "@mui/material/Chip";

import { LOOP_END } from "@/pipeline/document";
import { disconnect } from "@/pipeline/edits/ways";
import { type EditSide, sidesOf, targetsOf } from "@/pipeline/editWays";
import type { PipelineNode } from "@/shared/api/types";
import { useTranslation } from "@/shared/i18n";

import { setCanvas } from "../canvas/canvasState";
import { docSide } from "../canvas/insert";
import { perform, useEdit, useReadOnly } from "../store";
import { FieldFaults } from "./FieldFaults";
import { Section } from "./simple";

export function WaysSection({ node }: { node: PipelineNode }) {
  const { t } = useTranslation();
  const sides = sidesOf(node);
  if (sides.length === 0) return null;
  return (
    <Section title={t("canvas.leads_to")}>
      {sides.map((side) => (
        <Side key={side} node={node} side={side} />
      ))}
    </Section>
  );
}

interface SideProps {
  node: PipelineNode;
  side: EditSide;
}

function Side({ node, side }: SideProps) {
  const { t } = useTranslation();
  const field = side === "then" || side === "else" ? `${side}.next` : side;
  const targets = targetsOf(node, side);
  const readOnly = useReadOnly();
  return (
    <Box data-field={field}>
      <Box sx={{ display: "flex", flexWrap: "wrap", gap: 1.5, alignItems: "center" }}>
        <Box sx={{ fontSize: 12, color: "text.secondary", minWidth: 64 }}>
          {t(`canvas.side.${side}`)}
        </Box>
        {targets.map((id) => (
          <Chip
            key={id}
            size="small"
            label={id === LOOP_END ? t("canvas.item_ends") : id}
            onClick={() => {
              useEdit.getState().select([id]);
            }}
            {...(!readOnly && {
              onDelete: () => {
                perform((document) =>
                  disconnect(document, { from: node.id, to: id, side: docSide(side) }),
                );
              },
            })}
          />
        ))}
        <Button
          size="small"
          sx={{ minWidth: 0, fontSize: 12, py: 0 }}
          aria-label={`${t("canvas.action.connect")} ${t(`canvas.side.${side}`)}`}
          onClick={({ currentTarget }) => {
            const { left, bottom } = currentTarget.getBoundingClientRect();
            setCanvas({
              picker: {
                kind: "connect",
                at: { x: Math.max(0, left - 160), y: bottom },
                from: node.id,
                side,
              },
            });
          }}
        >
          {targets.length === 0 ? t("canvas.action.connect") : "+"}
        </Button>
      </Box>
      <FieldFaults node={node.id} field={field} within />
    </Box>
  );
}
