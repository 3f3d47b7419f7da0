/** Arranges large levels beside the page, which stays quick meanwhile. */
import { arrange, type LevelGraph } from "@/pipeline/arrange";

addEventListener("message", ({ data }: MessageEvent<LevelGraph>) => {
  postMessage(arrange(data));
});
