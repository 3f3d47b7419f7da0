/** The picture of a document, which follows its changes. */
import { useEffect, useMemo, useReducer, useState } from "react";

import { type Picture, pictureOf } from "@/pipeline/place";
import type { PipelineNode } from "@/shared/api/types";

import { Arranger } from "./arranger";

export interface ArrangedPicture {
  picture: Picture;
  /** The worker has nothing to add to it. */
  isSettled: boolean;
}

export function usePicture(nodes: PipelineNode[]): ArrangedPicture {
  const [arranger] = useState(() => new Arranger());
  const [round, again] = useReducer((count: number) => count + 1, 0);
  useEffect(() => arranger.listen(again), [arranger]);

  return useMemo(
    () => {
      const picture = pictureOf(nodes, (graph) => arranger.arrange(graph));
      return { picture, isSettled: !arranger.isWaiting };
    },
    // A new round has new answers of the worker.
    // eslint-disable-next-line react-hooks/exhaustive-deps
    [nodes, arranger, round],
  );
}
