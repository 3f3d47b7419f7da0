/** The document drawn by React Flow, and what its pointer does. */
import {
  Background,
  type Connection,
  type NodeChange,
  type OnConnectEnd,
  type OnConnectStart,
  ReactFlow,
} from "@xyflow/react";
import {
  type MouseEvent as ReactMouseEvent,
  useCallback,
  useEffect,
  useMemo,
  useRef,
} from "react";

import { loopOfMark } from "@/pipeline/editWays";
import { LOOP_END, placedNodes } from "@/pipeline/document";
import { verdictsOf } from "@/pipeline/reach";
import type { Point } from "@/pipeline/layout";
import { useTranslation } from "@/shared/i18n";

import { proposeFor } from "../panel/proposing";
import { perform, useEdit, useReadOnly } from "../store";
import { setCanvas, startOf, useCanvas } from "./canvasState";
import { SETTLE_MS } from "./canvasStyles";
import { ConnectHint } from "./ConnectHint";
import { EditEdge } from "./EditEdge";
import { EditLoopNode, EditMarkNode, EditStepNode } from "./EditNodes";
import { docSide, lead } from "./insert";
import { openAdd } from "./picking";
import { setPicture } from "./shownPicture";
import { Threads } from "./Threads";
import {
  type Drawn,
  type EditFlowEdge,
  type EditFlowNode,
  nothingDrawn,
  toEditFlow,
} from "./toEditFlow";
import { useDropping } from "./useDropping";
import { useNodeDrag } from "./useNodeDrag";
import { usePicture } from "./usePicture";
import { useCanvasKeys } from "./useCanvasKeys";
import { useViewport } from "./useViewport";
import { ViewButtons } from "./ViewButtons";
import { WholeMap } from "./WholeMap";

const NODE_TYPES = { step: EditStepNode, loop: EditLoopNode, mark: EditMarkNode };
const EDGE_TYPES = { way: EditEdge };

/** From here on what is outside of the picture is not drawn: a drag stays quick. */
const MANY_NODES = 100;

/** Smaller pictures are seen whole. */
const MAP_NODES = 12;

export function Graph() {
  const { t } = useTranslation();
  const readOnly = useReadOnly();
  const document = useEdit((state) => state.document);
  const selection = useEdit((state) => state.selection);
  const { picture, isSettled } = usePicture(document.nodes);
  const drawn = useRef<Drawn>(nothingDrawn());
  const frame = useRef<HTMLDivElement>(null);

  const byId = useMemo(
    () => new Map(placedNodes(document).map(({ node }) => [node.id, node])),
    [document],
  );
  const flow = useMemo(
    // What was drawn before is only a cache of what follows from the document.
    // eslint-disable-next-line react-hooks/refs
    () => toEditFlow(picture, byId, new Set(selection), drawn.current),
    [picture, byId, selection],
  );

  const drag = useNodeDrag(picture);
  const nodes = useMemo(
    () => (drag.places ? moved(flow.nodes, drag.places) : flow.nodes),
    [flow.nodes, drag.places],
  );
  useSettling(flow.nodes, drag.places !== undefined);
  useEffect(() => {
    setPicture(picture);
  }, [picture]);
  useViewport(frame, picture, isSettled);
  useCanvasKeys(frame);
  const drop = useDropping(picture);

  const { onChange } = drag;
  const onNodesChange = useCallback(
    (changes: NodeChange<EditFlowNode>[]) => {
      onChange(changes);
      choose(changes);
    },
    [onChange],
  );

  // Drawn anew by what they show, not by each frame of a drag.
  const isMapped = byId.size >= MAP_NODES;
  const inside = useMemo(
    () => (
      <>
        <Background gap={24} color="light-dark(#d5d8de, #2c2f35)" />
        <Threads />
        {isMapped && <WholeMap picture={picture} label={t("canvas.map")} />}
        <ViewButtons />
        <ConnectHint />
      </>
    ),
    [isMapped, picture, t],
  );

  return (
    <div
      ref={frame}
      style={FRAME}
      onDragOver={drop.onDragOver}
      onDragLeave={drop.onDragLeave}
      onDrop={drop.onDrop}
    >
      <ReactFlow<EditFlowNode, EditFlowEdge>
        nodes={nodes}
        edges={flow.edges}
        nodeTypes={NODE_TYPES}
        edgeTypes={EDGE_TYPES}
        onNodesChange={onNodesChange}
        onNodeClick={chooseOnly}
        onNodeContextMenu={openMenu}
        onNodeDragStart={drag.onStart}
        onNodeDrag={drag.onDrag}
        onNodeDragStop={drag.onStop}
        onSelectionDragStart={drag.onStart}
        onSelectionDragStop={drag.onStop}
        onConnect={connected}
        onConnectStart={beginWay}
        onConnectEnd={endWay}
        isValidConnection={isPossible}
        connectionRadius={0}
        connectOnClick={false}
        // A click on the exit of a node adds a node there.
        connectionDragThreshold={4}
        onEdgeClick={chooseWay}
        onPaneClick={chooseNothing}
        minZoom={0.1}
        maxZoom={1.6}
        deleteKeyCode={null}
        selectionKeyCode="Shift"
        multiSelectionKeyCode={SEVERAL_KEYS}
        nodesDraggable={!readOnly}
        nodesConnectable={!readOnly}
        nodesFocusable={false}
        edgesFocusable={false}
        disableKeyboardA11y
        nodeDragThreshold={4}
        panOnScroll
        zoomOnDoubleClick={false}
        onlyRenderVisibleElements={byId.size >= MANY_NODES}
        proOptions={HIDE_ATTRIBUTION}
        role="presentation"
      >
        {inside}
      </ReactFlow>
    </div>
  );
}

// What React Flow is given stays the same object: it compares at each frame of a drag.
const HIDE_ATTRIBUTION = { hideAttribution: true };
const SEVERAL_KEYS = ["Shift", "Control", "Meta"];
const FRAME = { position: "absolute", inset: 0 } as const;

/** React Flow lets several stay chosen when one of them is clicked. */
function chooseOnly(event: ReactMouseEvent, { id, type }: EditFlowNode): void {
  const isAdding = event.shiftKey || event.ctrlKey || event.metaKey;
  if (type !== "mark" && !isAdding) useEdit.getState().select([id]);
}

/** Of a step that is not chosen yet; several that are stay so. */
function openMenu(event: ReactMouseEvent, { id, type }: EditFlowNode): void {
  if (type === "mark") return;
  event.preventDefault();
  const { selection, select } = useEdit.getState();
  if (!selection.includes(id)) select([id]);
  setCanvas({ menu: { x: event.clientX, y: event.clientY } });
}

function chooseWay(_: unknown, { id }: { id: string }): void {
  useEdit.getState().select([]);
  setCanvas({ way: id });
}

function chooseNothing(): void {
  useEdit.getState().select([]);
  setCanvas({ way: undefined, picker: undefined, proposal: undefined });
}

/** Nodes that are held stand where the pointer has them, and not yet in the document. */
function moved(
  nodes: EditFlowNode[],
  places: ReadonlyMap<string, Point>,
): EditFlowNode[] {
  return nodes.map((node) => {
    const position = places.get(node.id);
    return position ? { ...node, position } : node;
  });
}

/** React Flow says what was chosen by click or frame; the store keeps it. */
function choose(changes: NodeChange<EditFlowNode>[]): void {
  const selects = changes.filter((change) => change.type === "select");
  if (selects.length === 0) return;
  const { selection, select } = useEdit.getState();
  const chosen = new Set(selection);
  for (const { id, selected } of selects) {
    if (selected) chosen.add(id);
    else chosen.delete(id);
  }
  select([...chosen]);
  setCanvas({ way: undefined });
}

/** Nodes whose places change by an edit go there, and do not jump. */
function useSettling(nodes: EditFlowNode[], isHeld: boolean): void {
  const before = useRef(nodes);
  useEffect(() => {
    if (before.current === nodes) return undefined;
    const places = new Map(before.current.map((node) => [node.id, node]));
    before.current = nodes;
    const moves = nodes.some((node) => {
      const was = places.get(node.id);
      return (
        was !== undefined &&
        (was.position.x !== node.position.x || was.position.y !== node.position.y)
      );
    });
    if (!moves || isHeld) return undefined;
    setCanvas({ settling: true });
    const timer = window.setTimeout(() => {
      setCanvas({ settling: false });
    }, SETTLE_MS + 60);
    return () => {
      window.clearTimeout(timer);
    };
  }, [nodes, isHeld]);
}

const beginWay: OnConnectStart = (_, { nodeId: from, handleId }) => {
  if (from === null) return;
  const start = {
    from,
    side: (handleId ?? "next") as ReturnType<typeof startOf>["side"],
  };
  const { document } = useEdit.getState();
  setCanvas({ drawing: { ...start, verdicts: verdictsOf(document.nodes, start) } });
};

function isPossible({ target }: { target: string }): boolean {
  return useCanvas.getState().drawing?.verdicts.get(target) === undefined;
}

function connected(connection: Connection): void {
  const { from, side } = startOf(connection);
  const to = loopOfMark(connection.target) === undefined ? connection.target : LOOP_END;
  perform((document) => lead(document, { from, side: docSide(side), to }), {
    select: to === LOOP_END ? [from] : [to],
  });
  proposeFor(to);
}

/** A way that ends in the void asks what shall stand there. */
const endWay: OnConnectEnd = (event, state) => {
  const { drawing } = useCanvas.getState();
  setCanvas({ drawing: undefined });
  const isVoid = state.toNode === null && state.fromNode !== null;
  if (!drawing || !isVoid) return;
  const pointer = "changedTouches" in event ? event.changedTouches[0] : event;
  if (!pointer) return;
  openAdd(
    { x: pointer.clientX, y: pointer.clientY },
    { kind: "after", from: drawing.from, side: drawing.side },
  );
};
