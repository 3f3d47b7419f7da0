/**
 * What mends a fault in one step of the document, where one step can. Each code of the
 * engine's check that has such a step is a line in the table below.
 */
import { findNode, type PipelineDocument } from "@/pipeline/document";
import type { Routes } from "@/pipeline/outputs";

import type { CheckedFault } from "./faultState";
import { addEnd, addEntry, fillIn, otherId } from "./nodeRemedies";
import { type Case, type Remedy, removeField, removeIt, replaceWith } from "./remedy";
import { lastQuoted, wordMeant } from "./suggestion";
import {
  asValue,
  meantNode,
  meantOutput,
  meantWord,
  missingInput,
  otherReference,
  unknownField,
  unknownInput,
} from "./valueRemedies";
import { isOfWay, leadOn, leadTo, otherTarget, withoutWay } from "./wayRemedies";

/** What mends a fault; undefined: that takes a person. */
export function remedyOf(
  fault: CheckedFault,
  document: PipelineDocument,
  routes: Routes,
  stored?: PipelineDocument,
): Remedy | undefined {
  const node = fault.node === null ? undefined : findNode(document, fault.node);
  const field = fault.field ?? "";
  const known: Case = { fault, document, routes, stored, node, field };
  return REMEDIES[fault.code]?.(known);
}

const REMEDIES: Record<string, (known: Case) => Remedy | undefined> = {
  "no-entry": addEntry,
  "no-end": addEnd,
  "entry-without-next": leadOn,
  "end-unreachable": leadTo,
  unreachable: leadTo,
  "unknown-next": otherTarget,
  "outside-loop": (known) => (isOfWay(known) ? withoutWay(known) : undefined),
  "crosses-levels": withoutWay,
  "edge-into-entry": withoutWay,
  "end-with-next": ({ node, field }) => node && removeField(node, field),
  "unknown-field": unknownField,
  "unknown-type": ({ node, fault }) => replaceWith(node, "type", wordMeant(fault.hint)),
  "unknown-service": ({ node, fault }) =>
    replaceWith(node, "service", wordMeant(fault.hint)),
  "service-or-url": ({ node }) =>
    node?.service && node.url ? removeField(node, "url") : undefined,
  "missing-input": missingInput,
  "unknown-input": unknownInput,
  "cannot-fit": otherReference,
  "unknown-node": meantNode,
  "no-such-output": meantOutput,
  "no-such-value": otherReference,
  "not-before": otherReference,
  "hidden-node": otherReference,
  "not-in-body": meantNode,
  "bad-reference": asValue,
  "bad-value": meantWord,
  "duplicate-id": otherId,
  "reserved-id": otherId,
  "bad-id": otherId,
  "several-entry": removeIt,
  "several-end": removeIt,
  "inner-entry": removeIt,
  "inner-end": removeIt,
  "no-effect": ({ node, field }) => node && removeField(node, field),
  empty: fillIn,
  "out-of-range": ({ node, field }) => node && removeField(node, field),
  "back-and-on": withoutWay,
};

/** The engine's words for the place of a fault. */
export function placeOfFault({ node, field, message }: CheckedFault): string {
  const place = [node, field].filter(Boolean).join(" · ");
  return place === "" ? (lastQuoted(message) ?? "") : place;
}
