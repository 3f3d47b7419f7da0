/** A route gets another name over pipelines: each caller gets a version of its own. */
import type { QueryClient } from "@tanstack/react-query";

import { entryOf, type PipelineDocument } from "@/pipeline/document";
import { callInstead } from "@/pipeline/edits/callInstead";
import { setField } from "@/pipeline/edits/fields";
import { readDocument } from "@/pipeline/reading";
import { engine } from "@/shared/api/client";

import { publish, removeRoute } from "../calls";
import { tellSaved } from "../drafts/windows";
import { type Base, perform, useEdit } from "../store";
import { keepInput, keptInput } from "../try/keptInput";

export interface Move {
  from: string;
  to: string;
}

/** Let the current version of a pipeline call another route; its new version. */
export async function changeCaller(caller: string, move: Move): Promise<string> {
  const { pipeline, version } = await engine.route(caller);
  const { document } = readDocument(pipeline);
  if (!document) throw new Error(`${caller} cannot be read`);
  const changed = callInstead(document, move.from, move.to);
  // Somebody has changed it meanwhile.
  if (changed === document) return version;

  // Only in the place of the version that was read: nobody's work is replaced.
  const stored = await publish(changed, version);
  tellSaved(caller, stored.version);
  return stored.version;
}

/** What is edited calls another route: an edit as any other, which can be undone. */
export function changeEdited({ from, to }: Move): void {
  perform((document) => callInstead(document, from, to));
}

/** The same pipeline under its new name; what calls itself calls that. */
function underName(document: PipelineDocument, { from, to }: Move): PipelineDocument {
  const entry = entryOf(document);
  if (!entry) return document;
  return callInstead(setField(document, entry.id, "api.route", to), from, to);
}

/** Publish what is stored under the new name, which nobody may have yet. */
export async function publishUnderName(move: Move): Promise<Base> {
  const { base } = useEdit.getState();
  // In the space of the old one, if there are spaces.
  const { space } = await engine.route(move.from);
  const document = underName(base.document, move);
  const { version } = await publish(document, undefined, space ?? "");
  return { version, document };
}

/** Go on with the pipeline under its new name. What is changed stays changed. */
export function goOnUnderName(queries: QueryClient, move: Move, base: Base): void {
  const { document } = useEdit.getState();
  const isChanged = document !== useEdit.getState().base.document;
  const now = isChanged ? underName(document, move) : base.document;
  perform(() => now);
  useEdit.getState().rebase(move.to, base);
  queries.setQueryData(["current-version", move.to], base.version);
}

/** The example input goes along: it is kept by the name of the route. */
export async function carryInput({ from, to }: Move): Promise<void> {
  const input = await keptInput(from);
  if (input) await keepInput(to, input);
}

export async function forget(queries: QueryClient, route: string): Promise<void> {
  await removeRoute(route);
  void queries.invalidateQueries({ queryKey: ["routes"] });
}
