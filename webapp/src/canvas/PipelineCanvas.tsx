/** A pipeline as a graph that can be read, moved and chosen from; not changed. */
import "@xyflow/react/dist/base.css";

import Box from "@mui/material/Box";
import LinearProgress from "@mui/material/LinearProgress";
import { ReactFlow, ReactFlowProvider, useReactFlow } from "@xyflow/react";
import { memo, useEffect, useLayoutEffect, useMemo, useRef, useState } from "react";

import type { Layout } from "@/pipeline/layout";
import { countOf } from "@/pipeline/structure";
import { heightFor, isWhole, viewportOf } from "@/pipeline/viewport";
import type { PipelineNode } from "@/shared/api/types";
import { useTranslation } from "@/shared/i18n";

import { LineEdge } from "./edges/LineEdge";
import { createLive, type Live, LiveContext, withSameKept } from "./live";
import { Overview } from "./Overview";
import { LoopNode, StepNode } from "./nodes/StepNode";
import { toFlow } from "./toFlow";
import { useLayout } from "./useLayout";
import { VIEW_GLYPHS, ViewPanel } from "./ViewPanel";

const NODE_TYPES = { step: StepNode, loop: LoopNode };
const EDGE_TYPES = { line: LineEdge };

const MOVE_MS = 240;

/** From here on what is outside of the picture is not drawn. */
const MANY_NODES = 300;

interface PipelineCanvasProps {
  nodes: PipelineNode[];
  live: Live;
  /** Pixels: it is as high as its picture, and not higher than this. */
  maxHeight: number;
}

export function PipelineCanvas({ nodes, live, maxHeight }: PipelineCanvasProps) {
  const { t } = useTranslation();
  const layout = useLayout(nodes);
  const frame = useRef<HTMLDivElement>(null);
  const [width, setWidth] = useState(0);
  const [store] = useState(createLive);

  useLayoutEffect(() => {
    const states = withSameKept(store.getState().states, live.states);
    store.setState({ ...live, states });
  }, [live, store]);

  useLayoutEffect(() => {
    const element = frame.current;
    if (!element) return undefined;
    const observer = new ResizeObserver(() => {
      setWidth(element.clientWidth);
    });
    observer.observe(element);
    return () => {
      observer.disconnect();
    };
  }, []);

  const isReady = layout !== undefined && width > 0;
  const height = isReady ? heightFor(layout, width, maxHeight) : maxHeight / 2;
  return (
    // React Flow has no height of its own in a flexible column.
    <Box ref={frame} sx={{ position: "relative", width: "100%", height }}>
      {!layout && <LinearProgress aria-label={t("loading")} />}
      {isReady && (
        <LiveContext value={store}>
          <ReactFlowProvider>
            <Graph nodes={nodes} layout={layout} width={width} height={height} />
          </ReactFlowProvider>
        </LiveContext>
      )}
    </Box>
  );
}

interface GraphProps {
  nodes: PipelineNode[];
  layout: Layout;
  width: number;
  height: number;
}

const Graph = memo(function Graph({ nodes, layout, width, height }: GraphProps) {
  const { t } = useTranslation();
  const canvas = useReactFlow();
  const flow = useMemo(() => toFlow(nodes, layout), [nodes, layout]);
  const viewport = useMemo(
    () => viewportOf(layout, { width, height }, layout.boxes[0]),
    [layout, width, height],
  );

  useEffect(() => {
    void canvas.setViewport(viewport);
  }, [canvas, viewport]);

  return (
    <Box
      sx={{ position: "absolute", inset: 0 }}
      onFocus={({ target }) => {
        // A node that is reached by keyboard comes into the picture.
        const id = target.dataset.node;
        if (id !== undefined && target.matches(":focus-visible")) {
          void canvas.fitView({
            nodes: [{ id }],
            duration: MOVE_MS,
            minZoom: canvas.getZoom(),
            maxZoom: canvas.getZoom(),
          });
        }
      }}
    >
      <ReactFlow
        nodes={flow.nodes}
        edges={flow.edges}
        nodeTypes={NODE_TYPES}
        edgeTypes={EDGE_TYPES}
        defaultViewport={viewport}
        minZoom={0.2}
        maxZoom={1.5}
        nodesDraggable={false}
        nodesConnectable={false}
        nodesFocusable={false}
        edgesFocusable={false}
        elementsSelectable={false}
        // The wheel moves the page.
        zoomOnScroll={false}
        preventScrolling={false}
        onlyRenderVisibleElements={countOf(nodes) >= MANY_NODES}
        proOptions={{ hideAttribution: true }}
        aria-label={t("task.graph")}
      >
        {!isWhole(layout, viewport, { width, height }) && <Overview width={width} />}
        <ViewPanel
          direction="column"
          buttons={[
            {
              label: t("task.zoom_out"),
              glyph: VIEW_GLYPHS.smaller,
              act: () => void canvas.zoomOut({ duration: MOVE_MS }),
            },
            {
              label: t("task.zoom_in"),
              glyph: VIEW_GLYPHS.larger,
              act: () => void canvas.zoomIn({ duration: MOVE_MS }),
            },
            {
              label: t("task.zoom_fit"),
              glyph: VIEW_GLYPHS.whole,
              act: () => void canvas.setViewport(viewport, { duration: MOVE_MS }),
            },
          ]}
        />
      </ReactFlow>
    </Box>
  );
});
