/** Which nodes follow which, and in which loop each node is. */
import type { PipelineNode } from "@/shared/api/types";

export type Side = "then" | "else" | "catch";

/** An edge of the graph: work goes on from one node at another. */
export interface Way {
  from: string;
  to: string;
  /** Of a branch, or of a node that failed. */
  side: Side | undefined;
}

/** The end of the body of a loop: no node, so no way leads there. */
const LOOP_END = "loopEnd";

/** The ways between the nodes of one level, in the order of the document. */
export function waysOf(nodes: PipelineNode[]): Way[] {
  const known = new Set(nodes.map(({ id }) => id));
  return nodes
    .flatMap(waysFrom)
    .filter(({ to }) => known.has(to) && to !== LOOP_END)
    .filter(isFirst);
}

function waysFrom(node: PipelineNode): Way[] {
  const way = (side: Side | undefined) => (to: string) => ({ from: node.id, to, side });
  const onFailure = (node.catch ?? []).map(way("catch"));
  if (node.type !== "branch")
    return [...(node.next ?? []).map(way(undefined)), ...onFailure];

  // A side that says nothing of what follows keeps what follows the branch.
  const after = (side: "then" | "else") => {
    const part = node[side];
    const own = typeof part === "object" ? part.next : undefined;
    return (own ?? node.next ?? []).map(way(side));
  };
  return [...after("then"), ...after("else"), ...onFailure];
}

/** Both sides of a branch may lead to one node: a second line would hide the first. */
function isFirst(way: Way, index: number, ways: Way[]): boolean {
  const same = ways.findIndex(({ from, to }) => from === way.from && to === way.to);
  return same === index;
}

/** All nodes, those in loops too: each with the loop around it. */
export function allNodes(
  nodes: PipelineNode[],
  loop: string | null = null,
): { node: PipelineNode; loop: string | null }[] {
  return nodes.flatMap((node) => [
    { node, loop },
    ...allNodes(node.nodes ?? [], node.id),
  ]);
}

/** Each node after all that lead to it; in a cycle, where it is entered first. */
export function inOrder(nodes: PipelineNode[]): PipelineNode[] {
  const ways = waysOf(nodes);
  const byId = new Map(nodes.map((node) => [node.id, node]));
  const done = new Set<string>();
  const order: PipelineNode[] = [];

  // Backwards from what follows: a node is put before everything behind it.
  const visit = (node: PipelineNode) => {
    if (done.has(node.id)) return;
    done.add(node.id);
    const next = ways.filter(({ from }) => from === node.id).map(({ to }) => to);
    for (const id of next.toReversed()) {
      const following = byId.get(id);
      if (following) visit(following);
    }
    order.unshift(node);
  };

  const led = new Set(ways.map(({ to }) => to));
  const firsts = nodes.filter(({ id }) => !led.has(id));
  for (const node of firsts.toReversed()) visit(node);
  for (const node of nodes) visit(node);
  return order;
}
