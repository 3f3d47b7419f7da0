/** From a text that is typed to the next document. */
import type { PipelineDocument } from "@/pipeline/document";
import { isEqual } from "@/pipeline/equal";
import { merged } from "@/pipeline/merge";
import { readText } from "@/pipeline/reading";
import { sharing } from "@/pipeline/sharing";

/**
 * The document that a text makes of the present one; none: it cannot be read.
 *
 * `of` is the document from which an unreadable text was typed. If another view changed
 * it since, both changes are kept: that of the text, and that of the view.
 */
export function becomes(
  now: PipelineDocument,
  text: string,
  of: PipelineDocument | undefined = undefined,
): { document: PipelineDocument | undefined } {
  const { document: typed } = readText(text);
  if (!typed) return { document: undefined };
  if (isEqual(now, typed)) return { document: now };

  const isBehind = of !== undefined && of !== now;
  const whole = isBehind
    ? merged({ base: of, mine: typed, theirs: now }, new Map())
    : typed;
  return { document: sharing(now, whole) };
}
