/** Remedies that change what leads where. */
import {
  changeNode,
  endOf,
  loopOf,
  nodesIn,
  type PipelineDocument,
} from "@/pipeline/document";
import { connect, disconnect, mapTargets } from "@/pipeline/edits/ways";
import type { PipelineNode } from "@/shared/api/types";

import { type Case, type Remedy, removeIt } from "./remedy";
import { endingNamed, wordMeant } from "./suggestion";

/** The entry leads to the first node that nothing leads to. */
export function leadOn({ document, node }: Case): Remedy | undefined {
  const led = new Set<string>();
  for (const one of document.nodes) {
    mapTargets(one, (id) => {
      led.add(id);
      return [id];
    });
  }
  const first =
    document.nodes.find(({ id, type }) => !led.has(id) && !ENDS.has(type)) ??
    endOf(document);
  if (!node || !first) return undefined;
  return {
    label: "canvas.mend.connect",
    values: { from: node.id, to: first.id },
    edit: (before) => connect(before, { from: node.id, to: first.id }),
  };
}

const ENDS = new Set(["entry", "end"]);

/** What ends by mistake leads to what cannot be reached. */
export function leadTo({ fault, document, node }: Case): Remedy | undefined {
  if (!node) return undefined;
  const from = endingNamed(fault.hint) ?? nearestBefore(document, node);
  if (from !== undefined) {
    return {
      label: "canvas.mend.connect",
      values: { from, to: node.id },
      edit: (before) => connect(before, { from, to: node.id }),
    };
  }
  return removeIt({ node });
}

/** The node that stands before it in the document, if that may lead on. */
function nearestBefore(document: PipelineDocument, node: PipelineNode) {
  const nodes = nodesIn(document, loopOf(document, node.id));
  const at = nodes.indexOf(node);
  return nodes.slice(0, at).findLast(({ type }) => type !== "end")?.id;
}

export function isOfWay({ field }: Case): boolean {
  return /(^|\.)(next|catch)$/.test(field);
}

function wayOf({ node, field, fault }: Case) {
  const target = /leads (?:back into the entry |to )“([^”]+)”/.exec(fault.message)?.[1];
  if (!node || target === undefined) return undefined;
  const side = field.split(".")[0];
  const isSide = side === "then" || side === "else" || side === "catch";
  return { from: node.id, to: target, side: isSide ? side : undefined } as const;
}

export function withoutWay(known: Case): Remedy | undefined {
  const way = wayOf(known);
  return (
    way && {
      label: "canvas.mend.disconnect",
      values: { from: way.from, to: way.to },
      edit: (before) => disconnect(before, way),
    }
  );
}

export function otherTarget(known: Case): Remedy | undefined {
  const meant = wordMeant(known.fault.hint);
  const way = wayOf(known);
  if (!way) return undefined;
  if (meant === undefined) return withoutWay(known);
  return {
    label: "canvas.mend.connect",
    values: { from: way.from, to: meant },
    edit: (before) =>
      changeNode(before, way.from, (node) =>
        mapTargets(node, (id) => [id === way.to ? meant : id]),
      ),
  };
}
