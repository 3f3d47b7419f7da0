/** What a piece of code gives with the values of the last run, while it is typed. */
import { useQuery } from "@tanstack/react-query";
import { useEffect, useState } from "react";

import { loopOf, type PipelineDocument } from "@/pipeline/document";
import { nodesBefore } from "@/pipeline/reach";
import type { PipelineNode } from "@/shared/api/types";

import { useEdit, useReadOnly } from "../store";
import { useTry } from "../try/tryState";
import { type CodeKind, evaluate, type Evaluated } from "./evaluate";

const QUIET_MS = 250;

export function useEvaluated(
  node: PipelineNode,
  code: string,
  kind: CodeKind,
): Evaluated | undefined {
  const settled = useSettled(code);
  const task = useTry((state) => state.task);
  const place = usePlace(node);
  const readOnly = useReadOnly();

  const asked = useQuery({
    queryKey: ["task", task, "evaluate", place?.path, place?.node, kind, settled],
    queryFn: ({ signal }) =>
      evaluate(
        {
          task: task ?? "",
          path: place?.path ?? "",
          node: place?.node ?? "",
          code: settled,
          kind,
        },
        signal,
      ),
    // The engine evaluates for authors alone.
    enabled:
      !readOnly && task !== undefined && place !== undefined && settled.trim() !== "",
    staleTime: Infinity,
    retry: false,
  });
  // What belongs to another text is not shown as if it were of this one.
  return settled === code ? asked.data : undefined;
}

/** A node that did not run yet sees what the one before it sees, and what that gave. */
function usePlace(node: PipelineNode): { node: string; path: string } | undefined {
  const runs = useTry((state) => state.runs);
  const paths = useTry((state) => state.paths);
  const known = useEdit(({ document }) => knownBefore(document, node.id, runs));
  const loop = useEdit(({ document }) =>
    known === undefined ? null : loopOf(document, known),
  );
  if (known === undefined) return undefined;
  return { node: known, path: loop === null ? "" : (paths.get(loop) ?? "") };
}

/** The nearest node of which there are values: itself, or one before it. */
function knownBefore(
  document: PipelineDocument,
  id: string,
  runs: ReadonlyMap<string, unknown>,
): string | undefined {
  if (runs.size === 0 || runs.has(id)) return runs.has(id) ? id : undefined;
  return nodesBefore(document.nodes, id).find((before) => runs.has(before.id))?.id;
}

function useSettled(code: string): string {
  const [settled, setSettled] = useState(code);
  useEffect(() => {
    const timer = window.setTimeout(() => {
      setSettled(code);
    }, QUIET_MS);
    return () => {
      window.clearTimeout(timer);
    };
  }, [code]);
  return settled;
}
