/** Two runs of pipelines, step by step: what of each step differs, but for its values. */
import type { PipelineNode, RunLine } from "@/shared/api/types";

import { type FieldChange, differences } from "./difference";
import type { PipelineDocument } from "./document";
import { findPlaced } from "./document";
import { inOrder } from "./ways";

/** A list of nodes (of the pipeline, or of a loop) and how they ran. */
export interface Ran {
  document: PipelineDocument;
  /** The loop whose item is looked at; null: the task itself. */
  loop: string | null;
  runs: Readonly<Record<string, RunLine>>;
}

/** One of the two runs that are compared. */
export type SideName = "before" | "after";

/** What can differ of a step without a look at its values. */
export type Aspect = "definition" | "status" | "attempts" | "items";

export interface ComparedStep {
  /** Of the second run; of what only the first has, its own. */
  id: string;
  node: PipelineNode;
  /** The id that the step has in each run; undefined: it has no such step. */
  ids: Record<SideName, string | undefined>;
  runs: Record<SideName, RunLine | undefined>;
  aspects: Aspect[];
  /** What of its definition differs. */
  fields: FieldChange[];
}

/** The steps of both, in the order of the second; what only the first has at its place. */
export function comparedSteps(before: Ran, after: Ran): ComparedStep[] {
  const changes = new Map(
    differences(before.document, after.document).flatMap((one) =>
      one.kind === "changed" || one.kind === "renamed" ? [[one.id, one] as const] : [],
    ),
  );
  const old = new Map(inOrder(nodesOf(before)).map((node) => [node.id, node]));

  const steps = inOrder(nodesOf(after)).map((node): ComparedStep => {
    const change = changes.get(node.id);
    const from = change?.from ?? node.id;
    const was = old.get(from);
    return stepOf(node, {
      ids: { before: was && from, after: node.id },
      runs: { before: was && before.runs[from], after: after.runs[node.id] },
      fields: was ? (change?.fields ?? []) : [],
    });
  });
  return withRemoved(steps, old, before.runs);
}

function nodesOf({ document, loop }: Ran): PipelineNode[] {
  if (loop === null) return document.nodes;
  return findPlaced(document, loop)?.node.nodes ?? [];
}

/** The steps with those that only the first run has, each behind the one before it. */
function withRemoved(
  steps: ComparedStep[],
  old: ReadonlyMap<string, PipelineNode>,
  runs: Ran["runs"],
): ComparedStep[] {
  const all = [...steps];
  const there = new Set(steps.map(({ ids }) => ids.before));
  let place = 0;
  for (const [id, node] of old) {
    if (there.has(id)) {
      place = all.findIndex(({ ids }) => ids.before === id) + 1;
      continue;
    }
    const ids = { before: id, after: undefined };
    const step = stepOf(node, {
      ids,
      runs: { before: runs[id], after: undefined },
      fields: [],
    });
    all.splice(place, 0, step);
    place += 1;
  }
  return all;
}

function stepOf(
  node: PipelineNode,
  found: Pick<ComparedStep, "ids" | "runs" | "fields">,
): ComparedStep {
  return { id: node.id, node, ...found, aspects: aspectsOf(found) };
}

function aspectsOf({
  ids,
  runs,
  fields,
}: Pick<ComparedStep, "ids" | "runs" | "fields">): Aspect[] {
  if (ids.before === undefined || ids.after === undefined) return [];
  const { before, after } = runs;
  const found: Aspect[] = [];
  if (fields.length > 0) found.push("definition");
  if (before?.status !== after?.status) found.push("status");
  // A step that was kept was not called again: its attempts are those of the other task.
  if (attemptsOf(before) !== attemptsOf(after) && !before?.reused && !after?.reused) {
    found.push("attempts");
  }
  if (itemsOf(before) !== itemsOf(after)) found.push("items");
  return found;
}

export function attemptsOf(run: RunLine | undefined): number {
  // Of many attempts only the last are kept, each with its number.
  return run?.attempts.at(-1)?.number ?? 0;
}

/** How many items a loop did, of how many, as one text to compare. */
function itemsOf(run: RunLine | undefined): string {
  const items = run?.items;
  return items ? `${String(items.done)}/${String(items.total)}` : "";
}

/** Whether a step is only in one of both. */
export function onlyIn({ ids }: ComparedStep): SideName | undefined {
  if (ids.before === undefined) return "after";
  return ids.after === undefined ? "before" : undefined;
}
