/** The steps of a task in the order in which they are listed, and on the canvas. */
import type { NodeState } from "@/canvas/live";
import type { PipelineNode, RunLine } from "@/shared/api/types";
import { duration, secondsBetween } from "@/shared/format";
import { inOrder, type Way, waysOf } from "@/pipeline/ways";

import type { Step } from "./StepTable";
import type { Placed } from "./useTaskRuns";

/** All nodes, what follows below; the bodies of loops below their loops. */
export function rowsOf(
  nodes: PipelineNode[],
  byNode: ReadonlyMap<string, Placed>,
  depth = 0,
): Step[] {
  const ways = waysOf(nodes);
  return inOrder(nodes).flatMap((node) => [
    { node, depth, placed: byNode.get(node.id), ledAt: ledAtOf(node, ways, byNode) },
    ...rowsOf(node.nodes ?? [], byNode, depth + 1),
  ]);
}

/** When the delay of a node began: when the last of those before it ended. */
function ledAtOf(
  node: PipelineNode,
  ways: Way[],
  byNode: ReadonlyMap<string, Placed>,
): number | undefined {
  if (!node.delay) return undefined;
  const ends = ways
    .filter(({ to }) => to === node.id)
    .map(({ from }) => byNode.get(from)?.latest.ended_at)
    .filter((end) => typeof end === "string");
  return ends.length > 0 ? Math.max(...ends.map(Date.parse)) : undefined;
}

/** What takes less says so by its mark alone. */
const SHOWN_SECONDS = 0.001;

/** A larger picture would be slow to decode, and is not worth it as a small one. */
const MAX_PICTURE_BYTES = 8_000_000;

/** What stands on the badges of the canvas. */
export function statesOf(
  byNode: ReadonlyMap<string, Placed>,
  now: number,
  language: string,
): Map<string, NodeState> {
  return new Map(
    [...byNode].map(([id, { run }]) => {
      const { picture } = run;
      const isShown = picture && picture.size <= MAX_PICTURE_BYTES;
      return [
        id,
        {
          status: run.status,
          note: noteOf(run, now, language),
          ...(isShown && { picture: picture.url }),
          ...(run.reused && { kept: true }),
          ...(run.called_task && { calls: true }),
        },
      ];
    }),
  );
}

/** How far a loop is, or how long a run took. */
function noteOf(run: RunLine, now: number, language: string): string {
  if (run.started_at === null) return "";
  if (run.items && run.items.total > 0) {
    const number = new Intl.NumberFormat(language);
    return `${number.format(run.items.done)}/${number.format(run.items.total)}`;
  }
  const seconds = secondsBetween(run.started_at, run.ended_at, now);
  return seconds < SHOWN_SECONDS ? "" : duration(seconds, language);
}
