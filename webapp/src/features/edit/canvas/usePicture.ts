/** The picture of a document, which follows its changes. */
import { useEffect, useMemo, useReducer, useState } from "react";

import { type Picture, pictureOf } from "@/pipeline/place";
import type { PipelineNode } from "@/shared/api/types";

import { Arranger } from "./arranger";

export function usePicture(nodes: PipelineNode[]): Picture {
  const [arranger] = useState(() => new Arranger());
  const [round, again] = useReducer((count: number) => count + 1, 0);
  useEffect(() => arranger.listen(again), [arranger]);

  return useMemo(
    () => pictureOf(nodes, (graph) => arranger.arrange(graph)),
    // A new round has new answers of the worker.
    // eslint-disable-next-line react-hooks/exhaustive-deps
    [nodes, arranger, round],
  );
}
