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

/** What has to be typed to get from one text to another; who types elsewhere stays there. */
export function changeOf(
  before: string,
  after: string,
): { from: number; to: number; insert: string } {
  const most = Math.min(before.length, after.length);
  let from = 0;
  while (from < most && before[from] === after[from]) from += 1;
  let tail = 0;
  while (tail < most - from && before.at(-1 - tail) === after.at(-1 - tail)) tail += 1;
  return {
    from,
    to: before.length - tail,
    insert: after.slice(from, after.length - tail),
  };
}
