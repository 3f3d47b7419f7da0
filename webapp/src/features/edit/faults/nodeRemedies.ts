/** Remedies that add nodes, or give them other ids. */
import {
  changeNodes,
  entryOf,
  findNode,
  freshId,
  LOOP_END,
  type PipelineDocument,
} from "@/pipeline/document";
import { addNode, newNode } from "@/pipeline/edits/nodes";
import { mapTargets } from "@/pipeline/edits/ways";
import type { PipelineNode } from "@/shared/api/types";

import { type Case, type Remedy, removeField } from "./remedy";

export function addEntry({ document, stored }: Case): Remedy {
  const entry = entryFor(document, stored);
  return {
    label: "canvas.mend.add_entry",
    select: entry.id,
    edit: (before) => withFirst(before, entry),
  };
}

export function addEnd({ document }: Case): Remedy {
  return {
    label: "canvas.mend.add_end",
    select: freshId(document, "result"),
    edit: withEnd,
  };
}

/** A pipeline without nodes begins anew, a loop without a body gets one. */
export function fillIn(known: Case): Remedy | undefined {
  const { document, stored, node, field } = known;
  if (field !== "nodes") return node && removeField(node, field);
  if (!node) {
    const entry = entryFor(document, stored);
    return {
      label: "canvas.mend.begin",
      select: entry.id,
      edit: (before) => withEnd(withFirst(before, { ...entry, next: [] })),
    };
  }
  const step = newNode("node", freshId(document, "step"), { next: [LOOP_END] });
  return {
    label: "canvas.mend.add_step",
    select: step.id,
    edit: (before) => changeNodes(before, node.id, () => [step]),
  };
}

/** The one that is stored comes back, with what the pipeline is called and takes. */
function entryFor(
  document: PipelineDocument,
  stored: PipelineDocument | undefined,
): PipelineNode {
  const known = stored && entryOf(stored);
  const id = freshId(document, known?.id ?? "request");
  return known ? { ...known, id } : newNode("entry", id);
}

function withFirst(document: PipelineDocument, entry: PipelineNode): PipelineDocument {
  const first = document.nodes.find(({ type }) => type !== "end") ?? document.nodes[0];
  const leads = (entry.next ?? []).filter((id) => findNode(document, id));
  const next = leads.length > 0 || !first ? leads : [first.id];
  return changeNodes(document, null, (nodes) => [{ ...entry, next }, ...nodes]);
}

function withEnd(document: PipelineDocument): PipelineDocument {
  const last = document.nodes.findLast(
    (node) => (node.next ?? []).length === 0 && node.type !== "branch",
  );
  const end = newNode("end", freshId(document, "result"));
  return addNode(document, end, last ? { after: { id: last.id } } : {});
}

/** Of two nodes of one id the later one gets another. */
export function otherId({ fault, document, node }: Case): Remedy | undefined {
  if (!node) return undefined;
  const id = freshId(document, fault.code === "duplicate-id" ? node.id : `${node.id}_`);
  const isSecond = fault.code === "duplicate-id";
  return {
    label: "canvas.mend.rename_node",
    values: { id },
    edit: (before) => withOtherId(before, node.id, id, isSecond),
  };
}

function withOtherId(
  document: PipelineDocument,
  id: string,
  name: string,
  isSecond: boolean,
): PipelineDocument {
  let toSkip = isSecond ? 1 : 0;
  const renamed = (nodes: PipelineNode[]): PipelineNode[] =>
    nodes.map((node) => {
      const isIt = node.id === id && toSkip-- === 0;
      const body = node.nodes && renamed(node.nodes);
      return { ...node, ...(body && { nodes: body }), ...(isIt && { id: name }) };
    });
  const changed = { ...document, nodes: renamed(document.nodes) };
  if (isSecond) return changed;
  return {
    ...changed,
    nodes: changed.nodes.map((node) =>
      mapTargets(node, (target) => [target === id ? name : target]),
    ),
  };
}
