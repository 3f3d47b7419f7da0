/** Runs what is edited: all of it, or up to a node. */
import { cutAt } from "@/pipeline/cut";
import { entryOf, type PipelineDocument, routeOf } from "@/pipeline/document";
import { requestOf } from "@/pipeline/outputs";
import { Problem } from "@/shared/api/client";

import { goToFault } from "../faults/actions";
import { isError, useFaultState } from "../faults/faultState";
import { showField } from "../showField";
import { useEdit } from "../store";
import { useUi } from "../ui";
import { words } from "../words";
import { type KeptInput, keepInput, keptInput } from "./keptInput";
import { startTrial } from "./start";
import { openTask, setTry, useTry } from "./tryState";

/** Run; `upTo`: only what leads to this node, and the node. */
export async function run(upTo?: string): Promise<void> {
  const { document } = useEdit.getState();
  const route = routeOf(document);
  if (route === undefined) {
    const nameless = entryOf(document);
    useUi.getState().tell({ text: words("canvas.needs_route") });
    if (nameless) showField(nameless.id, "api.route");
    return;
  }
  // With errors nothing can run: the first of them is what to look at.
  const { faults } = useFaultState.getState();
  const first = faults.findIndex(isError);
  if (first >= 0 && upTo === undefined) {
    useUi.getState().tell({ text: words("canvas.needs_mending") });
    goToFault(first);
    return;
  }

  const { task } = useTry.getState();
  const entry = entryOf(document);
  const needs = Object.keys((entry && requestOf(entry)) ?? {}).length > 0;
  const input = await keptInput(route);
  if (needs && !input && task === undefined) {
    setTry({ dialog: true, upTo });
    return;
  }
  const isFirst = task === undefined;
  await started(route, partUpTo(document, upTo), isFirst ? input : undefined);
}

/** Keep this input as the example, and run with it. */
export async function runWith(input: KeptInput): Promise<void> {
  const { document } = useEdit.getState();
  const route = routeOf(document);
  if (route === undefined) return;
  await keepInput(route, input);
  const { upTo } = useTry.getState();
  setTry({ dialog: false, upTo: undefined });
  await started(route, partUpTo(document, upTo), input);
}

function partUpTo(
  document: PipelineDocument,
  upTo: string | undefined,
): PipelineDocument {
  return upTo === undefined ? document : (cutAt(document, upTo) ?? document);
}

async function started(
  route: string,
  document: PipelineDocument,
  input: KeptInput | undefined,
): Promise<void> {
  const { task } = useTry.getState();
  setTry({ starting: true, error: undefined });
  try {
    const next = await startTrial({ route, document, continues: task, input }).catch(
      (failure: unknown) => {
        if (!isGone(failure) || task === undefined) throw failure;
        // The task before is erased, still running, of another route, or it was begun
        // with what the pipeline does not take any more.
        return withoutBefore(route, document, input);
      },
    );
    openTask(next);
    setTry({ own: next });
  } catch (failure) {
    // What was sent is asked for again, with what is wrong with it.
    const isInput = failure instanceof Problem && failure.is("invalid-input");
    setTry({ error: failure, dialog: isInput });
  } finally {
    setTry({ starting: false });
  }
}

async function withoutBefore(
  route: string,
  document: PipelineDocument,
  input: KeptInput | undefined,
): Promise<string> {
  const whole = input ?? (await keptInput(route)) ?? { values: {}, files: {} };
  return startTrial({ route, document, continues: undefined, input: whole });
}

function isGone(failure: unknown): boolean {
  if (!(failure instanceof Problem)) return false;
  return [404, 409, 422].includes(failure.body.status);
}
