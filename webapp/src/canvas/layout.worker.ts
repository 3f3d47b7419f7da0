/** Lays out a large pipeline beside the page, which stays responsive meanwhile. */
import { layoutOf } from "@/pipeline/layout";
import type { PipelineNode } from "@/shared/api/types";

self.onmessage = ({ data }: MessageEvent<PipelineNode[]>) => {
  self.postMessage(layoutOf(data));
};
