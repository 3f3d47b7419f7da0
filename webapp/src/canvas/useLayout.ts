/** Where the nodes of a pipeline are drawn: computed once for each structure. */
import { useEffect, useMemo, useState } from "react";

import { type Layout, layoutOf } from "@/pipeline/layout";
import { countOf, structureOf } from "@/pipeline/structure";
import type { PipelineNode } from "@/shared/api/types";

/** From here on it takes longer than a frame or two: a worker does it. */
const MANY_NODES = 150;

/** Layouts of the structures that were drawn last. */
const KNOWN_LAYOUTS = 20;
const known = new Map<string, Layout>();

function remember(structure: string, layout: Layout): Layout {
  known.delete(structure);
  known.set(structure, layout);
  const [oldest] = known.keys();
  if (known.size > KNOWN_LAYOUTS && oldest !== undefined) known.delete(oldest);
  return layout;
}

/** The layout; undefined while a worker computes it. */
export function useLayout(nodes: PipelineNode[]): Layout | undefined {
  const structure = useMemo(() => structureOf(nodes), [nodes]);
  const [, setReady] = useState("");
  const layout = known.get(structure) ?? smallLayout(structure, nodes);
  const isMissing = layout === undefined;

  useEffect(() => {
    if (!isMissing) return undefined;
    const done = (made: Layout) => {
      remember(structure, made);
      setReady(structure);
    };
    const worker = new Worker(new URL("./layout.worker.ts", import.meta.url), {
      type: "module",
    });
    worker.onmessage = ({ data }: MessageEvent<Layout>) => {
      done(data);
    };
    // Better late than not at all.
    worker.onerror = () => {
      done(layoutOf(nodes));
    };
    worker.postMessage(nodes);
    return () => {
      worker.terminate();
    };
  }, [isMissing, nodes, structure]);

  return layout;
}

function smallLayout(structure: string, nodes: PipelineNode[]): Layout | undefined {
  if (countOf(nodes) > MANY_NODES) return undefined;
  return remember(structure, layoutOf(nodes));
}
