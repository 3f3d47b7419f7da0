/** A node of a pipeline as it is drawn: its tile, its name, how it is. */
import Box from "@mui/material/Box";
import { Handle, type NodeProps, Position } from "@xyflow/react";
import { useState } from "react";

import type { PipelineNode } from "@/shared/api/types";
import { useTranslation } from "@/shared/i18n";
import { MONO, toneColor, VISUALLY_HIDDEN } from "@/shared/theme";
import { StatusIcon, statusWord, toneOf } from "@/shared/ui/StatusChip";

import { type NodeState, useLive, useNodeState } from "../live";
import type { StepFlowNode } from "../toFlow";
import { KINDS } from "./registry";
import { Tile } from "./Tile";

export function StepNode({ data }: NodeProps<StepFlowNode>) {
  return (
    <>
      <Ends />
      <NodeButton node={data.node} sx={{ height: "100%", px: 3, borderRadius: 1.5 }} />
    </>
  );
}

/** A loop: its words above its body. */
export function LoopNode({ data }: NodeProps<StepFlowNode>) {
  return (
    <>
      <Ends />
      <Box
        sx={{
          position: "absolute",
          inset: 0,
          borderRadius: 2,
          border: "1px dashed",
          borderColor: "light-dark(#735097, #d0b1f5)",
          bgcolor: "light-dark(#f5ebff80, #372b4680)",
        }}
      />
      <NodeButton
        node={data.node}
        small
        sx={{
          position: "absolute",
          inset: "6px auto auto 6px",
          width: "calc(100% - 12px)",
          height: 40,
          px: 2,
          borderRadius: 1.5,
          border: "1px solid transparent",
          bgcolor: "transparent",
        }}
      />
    </>
  );
}

const NOT_BEGUN = new Set(["pending", "unreached"]);

interface NodeButtonProps {
  node: PipelineNode;
  small?: boolean;
  sx: object;
}

function NodeButton({ node, small = false, sx }: NodeButtonProps) {
  const state = useNodeState(node.id);
  const chosen = useLive(({ selected }) => selected === node.id);
  const onSelect = useLive((live) => live.onSelect);
  const begun = state !== undefined && !NOT_BEGUN.has(state.status);
  const line = KINDS[node.type].line(node);

  return (
    <Box
      component="button"
      type="button"
      className="nodrag nopan"
      data-node={node.id}
      data-status={state?.status}
      aria-pressed={chosen}
      onClick={() => {
        onSelect(node.id);
      }}
      sx={{
        display: "flex",
        width: "100%",
        gap: 2.5,
        alignItems: "center",
        font: "inherit",
        textAlign: "left",
        color: state?.status === "skipped" ? "text.secondary" : "text.primary",
        cursor: "pointer",
        // React Flow lets nodes that it does not select ignore the pointer.
        pointerEvents: "all",
        bgcolor: "background.paper",
        border: "1.5px solid",
        borderColor: begun ? toneColor(toneOf(state.status)) : "divider",
        borderStyle: state?.status === "skipped" ? "dashed" : "solid",
        transition: "box-shadow 120ms",
        ...sx,
        "&:hover": { boxShadow: "0 2px 10px #0003" },
        ...(chosen && {
          outline: "2px solid var(--mui-palette-primary-main)",
          outlineOffset: "2px",
        }),
      }}
    >
      <Tile type={node.type} size={small ? 26 : 36} stacked={state?.calls === true} />
      <Box sx={{ flex: 1, minWidth: 0 }}>
        <Line sx={{ fontSize: 13, fontWeight: 600 }}>{node.id}</Line>
        {begun && state.picture !== undefined ? (
          <Badge state={state} inLine />
        ) : (
          line &&
          !small && (
            <Line
              sx={{
                fontSize: 11,
                color: "text.secondary",
                fontFamily: node.type === "node" ? "inherit" : MONO,
              }}
            >
              {line}
            </Line>
          )
        )}
      </Box>
      {begun &&
        (state.picture === undefined ? (
          // A loop has one line for its words.
          <Badge state={state} inLine={small} />
        ) : (
          <Picture url={state.picture} small={small} />
        ))}
    </Box>
  );
}

/** How a run is: its icon, and what its note says; a kept one says so. */
function Badge({ state, inLine = false }: { state: NodeState; inLine?: boolean }) {
  const { t } = useTranslation();
  const tone = toneOf(state.status);
  return (
    <Box
      sx={{
        display: inLine ? "flex" : "grid",
        justifyItems: "end",
        columnGap: 1,
        rowGap: 0.5,
        fontSize: 11,
        lineHeight: 1.35,
        color: toneColor(tone),
        fontWeight: 600,
        whiteSpace: "nowrap",
      }}
    >
      {state.kept ? <span aria-hidden>↻</span> : <StatusIcon tone={tone} />}
      <Box component="span" sx={VISUALLY_HIDDEN}>
        {t(statusWord(state.status))}
      </Box>
      {state.kept ? (
        <span>{t("task.kept")}</span>
      ) : (
        state.note && <span>{state.note}</span>
      )}
    </Box>
  );
}

/** A picture of what came out; one that cannot be shown leaves no trace. */
function Picture({ url, small }: { url: string; small: boolean }) {
  const [isBroken, setBroken] = useState(false);
  const size = small ? 28 : 42;
  if (isBroken) return null;
  return (
    <Box
      component="img"
      src={url}
      alt=""
      loading="lazy"
      decoding="async"
      onError={() => {
        setBroken(true);
      }}
      sx={{
        flex: "none",
        width: size,
        height: size,
        mr: -1,
        objectFit: "cover",
        borderRadius: 1,
        bgcolor: "action.hover",
      }}
    />
  );
}

function Line({ children, sx }: { children: string; sx: object }) {
  return (
    <Box
      sx={{
        overflow: "hidden",
        textOverflow: "ellipsis",
        whiteSpace: "nowrap",
        lineHeight: 1.35,
        ...sx,
      }}
    >
      {children}
    </Box>
  );
}

/** React Flow draws no edge without them; where edges meet the node dagre says. */
function Ends() {
  const hidden = { opacity: 0, pointerEvents: "none" } as const;
  return (
    <>
      <Handle type="target" position={Position.Top} style={hidden} />
      <Handle type="source" position={Position.Bottom} style={hidden} />
    </>
  );
}
