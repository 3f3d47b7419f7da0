/** The nodes of the canvas: steps, loops around their bodies, marks within these. */
import { Handle, type NodeProps, Position } from "@xyflow/react";
import type { ReactNode } from "react";

import { KINDS } from "@/canvas/nodes/registry";
import { Tile } from "@/canvas/nodes/Tile";
import { findNode } from "@/pipeline/document";
import { type EditSide, targetsOf } from "@/pipeline/editWays";
import type { PipelineNode } from "@/shared/api/types";
import { useTranslation } from "@/shared/i18n";
import { toneColor, VISUALLY_HIDDEN } from "@/shared/theme";
import { toneOf } from "@/shared/ui/StatusChip";

import { useFaultsOf } from "../faults/faultState";
import { useEdit } from "../store";
import { RunMarks } from "../try/RunMarks";
import { useRunOf } from "../try/tryState";
import { setCanvas, useCanvas } from "./canvasState";
import { openAdd } from "./picking";
import type { EditMark, EditStep, Exit } from "./toEditFlow";

export function EditStepNode({ data }: NodeProps<EditStep>) {
  return (
    <>
      <Entrance node={data.node} />
      <StepButton node={data.node} />
      <Exits node={data.node} exits={data.exits} />
    </>
  );
}

export function EditLoopNode({ id, data }: NodeProps<EditStep>) {
  const lit = useCanvas((state) => state.lit === id);
  return (
    <>
      <Entrance node={data.node} />
      <div className="loop-frame" data-lit={lit} />
      <div className="loop-head">
        <StepButton node={data.node} small />
      </div>
      <Exits node={data.node} exits={data.exits} />
    </>
  );
}

export function EditMarkNode({ id, data }: NodeProps<EditMark>) {
  const { t } = useTranslation();
  const reason = useCanvas(({ drawing }) => drawing?.verdicts.get(id));
  const lit = useCanvas((state) => state.lit === id);
  if (data.isStart) {
    return (
      <>
        <div className="mark">{t("canvas.item_begins")}</div>
        <Handle
          type="source"
          id="next"
          position={Position.Bottom}
          isConnectable={false}
        />
      </>
    );
  }
  return (
    <>
      <Handle type="target" id="in" position={Position.Top} />
      <div className="mark step" data-impossible={reason !== undefined} data-lit={lit}>
        {t("canvas.item_ends")}
      </div>
    </>
  );
}

function Entrance({ node }: { node: PipelineNode }) {
  return (
    <Handle
      type="target"
      id="in"
      position={Position.Top}
      isConnectable={node.type !== "entry"}
    />
  );
}

interface StepButtonProps {
  node: PipelineNode;
  small?: boolean;
}

function StepButton({ node, small = false }: StepButtonProps) {
  const { t } = useTranslation();
  const impossible = useCanvas(({ drawing }) =>
    isImpossible(drawing?.verdicts, node.id),
  );
  const isStop = useEdit(
    ({ selection, document }) =>
      (selection.at(-1) ?? document.nodes[0]?.id) === node.id,
  );
  const chosen = useEdit(({ selection }) => selection.includes(node.id));
  const run = useRunOf(node.id);
  const faults = useFaultsOf(node.id);
  const worst = faults.some(({ level }) => level !== "warning") ? "error" : "warning";
  const tone = run && toneOf(run.status);
  const line = KINDS[node.type].line(node);

  return (
    <button
      type="button"
      className="step"
      // One node of the canvas is in the order of Tab; arrows walk from there.
      tabIndex={isStop ? 0 : -1}
      data-node={node.id}
      aria-pressed={chosen}
      onFocus={({ currentTarget }) => {
        // Keys are for what has the focus. The pointer chooses by itself.
        const { document, selection, select } = useEdit.getState();
        const isReached = currentTarget.matches(":focus-visible");
        // Of one that was renamed the picture knows a moment later.
        if (!isReached || !findNode(document, node.id)) return;
        if (!selection.includes(node.id)) select([node.id]);
      }}
      data-tone={tone}
      data-fault={faults.length > 0 ? worst : undefined}
      data-impossible={impossible}
    >
      <Tile type={node.type} size={small ? 26 : 36} />
      <span className="step-words">
        <span className="step-name">{node.id}</span>
        <span style={VISUALLY_HIDDEN}> {t(`canvas.kind.${node.type}`)} </span>
        {line && !small && <span className="step-line">{line}</span>}
      </span>
      <span className="step-badge">
        {faults.length > 0 && <FaultMark level={worst} count={faults.length} />}
        <RunMarks node={node.id} />
      </span>
    </button>
  );
}

function isImpossible(
  verdicts: ReadonlyMap<string, unknown> | undefined,
  id: string,
): boolean {
  return verdicts?.get(id) !== undefined;
}

/** An error is a filled disc, a warning a triangle: told apart without colours. */
function FaultMark({ level, count }: { level: "error" | "warning"; count: number }) {
  const { t } = useTranslation();
  const isError = level === "error";
  return (
    <span
      role="img"
      aria-label={t(isError ? "canvas.errors" : "canvas.warnings", { count })}
      style={{ color: toneColor(isError ? "failed" : "waiting") }}
    >
      <svg width="16" height="16" viewBox="0 0 16 16" fill="currentColor" aria-hidden>
        {isError ? (
          <circle cx="8" cy="8" r="7.5" />
        ) : (
          <path d="M8 1 15.5 15H.5z" strokeLinejoin="round" />
        )}
        <path
          d={isError ? "M8 4v5M8 11.6v.1" : "M8 6v4M8 12.6v.1"}
          stroke="var(--mui-palette-background-paper)"
          strokeWidth="2"
          strokeLinecap="round"
        />
      </svg>
    </span>
  );
}

function Exits({ node, exits }: { node: PipelineNode; exits: Exit[] }): ReactNode {
  const { t } = useTranslation();
  return exits.map(({ side, x, y }) => (
    <span
      key={side}
      onClick={({ clientX, clientY }) => {
        setCanvas({ drawing: undefined });
        openAdd({ x: clientX, y: clientY }, { kind: "after", from: node.id, side });
      }}
    >
      <Handle
        type="source"
        id={side}
        position={side === "catch" ? Position.Right : Position.Bottom}
        className={side === "catch" ? "exit-catch" : ""}
        data-used={targetsOf(node, side).length > 0}
        data-side={side}
        style={{
          left: x,
          top: y,
          right: "auto",
          bottom: "auto",
          transform: "translate(-50%, -50%)",
        }}
        title={t(TITLES[side])}
      >
        <span className="exit-plus" aria-hidden>
          +
        </span>
      </Handle>
      {side !== "next" && side !== "catch" && (
        <span className="exit-side" style={{ left: x }}>
          {t(`canvas.side.${side}`)}
        </span>
      )}
    </span>
  ));
}

const TITLES: Record<EditSide, string> = {
  next: "canvas.exit.next",
  then: "canvas.exit.then",
  else: "canvas.exit.else",
  catch: "canvas.exit.catch",
};
