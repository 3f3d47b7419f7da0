/** The references that can stand in a field of a node: those that fit it first. */
import type { PipelineNode, Schema } from "@/shared/api/types";

import { itemOf, type Known, outputsOf } from "./outputs";
import { nodesBefore } from "./reach";
import { elementOf, type Fit, fitOf, kindsOf } from "./schemas";

export interface Offer {
  reference: string;
  /** The node that it comes from. */
  from: string;
  schema: Schema | undefined;
  fit: Fit;
}

const ORDER: Record<Fit, number> = { fits: 0, unknown: 1, misfit: 2 };

/** What a field can get, from what comes before; nearer nodes first. */
export function offersFor(
  known: Known,
  node: PipelineNode,
  wanted: Schema | undefined,
  name = "",
): Offer[] {
  const item = itemOf(known, node);
  const offers: Offer[] = [];
  const offer = (from: string, reference: string, schema: Schema | undefined) => {
    offers.push({ reference, from, schema, fit: fitOf(schema, wanted) });
  };

  if (isInLoop(known, node)) {
    offer("node", "node._loop", item);
    for (const [key, schema] of Object.entries(item?.properties ?? {})) {
      offer("node", `node._loop.${key}`, schema);
    }
  }
  for (const before of nodesBefore(known.nodes, node.id)) {
    const outputs = outputsOf(known, before);
    for (const [key, schema] of Object.entries(outputs ?? {})) {
      offer(before.id, `${before.id}.out.${key}`, schema);
    }
    if (!outputs || Object.keys(outputs).length === 0) {
      offer(before.id, `${before.id}.out`, undefined);
    }
    if ((before.catch ?? []).length > 0) {
      offer(before.id, `${before.id}.error.message`, { type: "string" });
    }
  }
  for (const key of Object.keys((node.params as object | undefined) ?? {})) {
    offer(node.id, `node.params.${key}`, undefined);
  }

  // Sorting is stable: among equals the nearest stays first.
  const rank = ({ fit, reference }: Offer) =>
    ORDER[fit] * 2 - Number(name !== "" && reference.endsWith(`.${name}`));
  return offers.sort((one, other) => rank(one) - rank(other));
}

function isInLoop({ nodes }: Known, { id }: PipelineNode): boolean {
  return !nodes.some((node) => node.id === id);
}

/** Lists of lists, objects or files hardly fit by chance, as texts and numbers do. */
function isTelling({ schema }: Offer): boolean {
  const element = schema?.type === "array" ? elementOf(schema) : undefined;
  const kinds = element ? kindsOf(element) : [];
  return kinds.length > 0 && kinds.every((kind) => TELLING.has(kind));
}

const TELLING = new Set(["array", "object", "file"]);

/** For inputs that a node needs and does not give yet: what fits, by key. */
export function proposalsFor(
  known: Known,
  node: PipelineNode,
  contract: { properties: Record<string, Schema>; required: Set<string> },
): Record<string, string> {
  const given = (node.input as object | undefined) ?? {};
  const found: Record<string, string> = {};
  for (const [key, wanted] of Object.entries(contract.properties)) {
    if (key in given) continue;
    const usable = offersFor(known, node, wanted, key).filter(
      ({ fit }) => fit !== "misfit",
    );
    // Who gives something this name means it, also where its type is not known.
    const sameName = usable.find(({ reference }) => reference.endsWith(`.${key}`));
    const offers = usable.filter(({ fit }) => fit === "fits");
    const nearest = contract.required.has(key) ? offers[0] : offers.find(isTelling);
    const best = sameName ?? nearest;
    if (best) found[key] = best.reference;
  }
  return found;
}
