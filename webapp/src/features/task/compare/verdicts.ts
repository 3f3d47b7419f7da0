/** In what a step differs, all of it together: how it ran, and its values. */
import { type Aspect, type ComparedStep, onlyIn } from "@/pipeline/runDifference";

import { type ComparedSection, type ComparedValues, SECTIONS } from "./values";

export type Difference =
  | { kind: Aspect | ComparedSection; isUnsure?: boolean }
  | { kind: "only_before" | "only_after"; isUnsure?: boolean };

/** What differs in a step, most important first; its values only once they are read. */
export function differencesOf(
  step: ComparedStep,
  values: ComparedValues | undefined,
): Difference[] {
  const only = onlyIn(step);
  if (only !== undefined) return [{ kind: `only_${only}` }];

  const found: Difference[] = step.aspects.map((kind) => ({ kind }));
  for (const kind of SECTIONS) {
    const verdict = values?.[kind].verdict;
    if (verdict === "different") found.push({ kind });
    if (verdict === "unsure") found.push({ kind, isUnsure: true });
  }
  return found;
}
