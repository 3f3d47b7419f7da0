/** The whole graph, very small: where one is, and where something failed. */
import { MiniMap, type MiniMapNodeProps, useReactFlow } from "@xyflow/react";

import { useTranslation } from "@/shared/i18n";
import { toneColor } from "@/shared/theme";
import { toneOf } from "@/shared/ui/StatusChip";

import { useNodeState } from "./live";

const MOVE_MS = 240;

/** On a phone it would hide what it is about. */
const LEAST_WIDTH = 480;

const NOT_BEGUN = new Set(["pending", "unreached"]);

export function Overview({ width }: { width: number }) {
  const { t } = useTranslation();
  const canvas = useReactFlow();
  if (width < LEAST_WIDTH) return null;

  return (
    <MiniMap
      position="bottom-left"
      ariaLabel={t("task.overview")}
      pannable
      onClick={(_, { x, y }) => {
        void canvas.setCenter(x, y, { zoom: canvas.getZoom(), duration: MOVE_MS });
      }}
      nodeComponent={Dot}
      bgColor="var(--mui-palette-background-paper)"
      maskColor="light-dark(#5f636c26, #00000073)"
      maskStrokeColor="var(--mui-palette-primary-main)"
      maskStrokeWidth={2}
      style={{
        width: 120,
        height: 160,
        margin: 8,
        border: "1px solid var(--mui-palette-divider)",
        borderRadius: 8,
        overflow: "hidden",
      }}
    />
  );
}

function Dot({ id, x, y, width, height }: MiniMapNodeProps) {
  const status = useNodeState(id)?.status ?? "pending";
  const colour = NOT_BEGUN.has(status)
    ? "light-dark(#c9ccd2, #464a50)"
    : toneColor(toneOf(status));

  return <rect x={x} y={y} width={width} height={height} rx={16} fill={colour} />;
}
