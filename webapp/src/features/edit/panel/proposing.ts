/** Inputs that a node could get from what comes before it, proposed once. */
import { contractOf } from "@/pipeline/outputs";
import { proposalsFor } from "@/pipeline/offers";
import { findNode } from "@/pipeline/document";
import { setInput } from "@/pipeline/edits/inputs";

import { setCanvas, useCanvas } from "../canvas/canvasState";
import { perform, useEdit } from "../store";
import { knownRoutes } from "./knownRoutes";

/** Propose inputs for a node whose ways have changed; nothing, if nothing fits. */
export function proposeFor(id: string): void {
  const { document } = useEdit.getState();
  const node = findNode(document, id);
  const routes = knownRoutes();
  const contract = contractOf(routes.get(node?.service ?? ""));
  if (node?.type !== "service" || !contract) {
    setCanvas({ proposal: undefined });
    return;
  }
  const inputs = proposalsFor({ nodes: document.nodes, routes }, node, contract);
  const hasAny = Object.keys(inputs).length > 0;
  setCanvas({ proposal: hasAny ? { node: id, inputs } : undefined });
}

/** Give the node what was proposed: one step to undo. */
export function acceptProposal(): void {
  const { proposal } = useCanvas.getState();
  if (!proposal) return;
  perform(
    (document) =>
      Object.entries(proposal.inputs).reduce(
        (changed, [key, reference]) => setInput(changed, proposal.node, key, reference),
        document,
      ),
    { select: [proposal.node] },
  );
  setCanvas({ proposal: undefined });
}
