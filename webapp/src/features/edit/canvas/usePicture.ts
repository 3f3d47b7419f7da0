/** The picture of a document, which follows its changes. */
import { useEffect, useMemo, useReducer, useRef, useState } from "react";

import { isDrawnAlike, type Picture, pictureOf } from "@/pipeline/place";
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
  const drawn = useDrawn(nodes);

  return useMemo(
    () => {
      const picture = pictureOf(drawn, (graph) => arranger.arrange(graph));
      return { picture, isSettled: !arranger.isWaiting };
    },
    // A new round has new answers of the worker.
    // eslint-disable-next-line react-hooks/exhaustive-deps
    [drawn, arranger, round],
  );
}

/** The nodes as they were drawn last, as long as the others are drawn as these are. */
function useDrawn(nodes: PipelineNode[]): PipelineNode[] {
  const last = useRef(nodes);
  // A cache of what follows from the nodes: reading it changes nothing that is shown.
  /* eslint-disable react-hooks/refs */
  if (!isDrawnAlike(last.current, nodes)) last.current = nodes;
  return last.current;
  /* eslint-enable react-hooks/refs */
}
