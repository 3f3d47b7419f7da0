/** What differs between what two runs got or gave: fields by their place, files whole. */
import type { Json } from "@/shared/api/types";
import { type BlobRef, blobOf, cutBytes } from "@/shared/blobs";

export type ValueChange =
  | { kind: "added"; at: string; after: Json }
  | { kind: "removed"; at: string; before: Json }
  | { kind: "changed"; at: string; before: Json; after: Json }
  /** Two files; whether they are the same may only their content tell. */
  | { kind: "file"; at: string; before: BlobRef; after: BlobRef; verdict: FileVerdict };

export type FileVerdict = "different" | "unknown";

export interface ValueDifference {
  /** In the order of the second value, at most `MAX_CHANGES`. */
  changes: ValueChange[];
  /** Whether there are more, which were not looked for. */
  more: boolean;
  /** The bytes of values of which only the size is known. */
  cut: { before: number | undefined; after: number | undefined } | undefined;
}

/** More than anybody reads; a list that begins otherwise differs in each item. */
export const MAX_CHANGES = 100;

/** Deeper values are compared as one. */
const MAX_DEPTH = 24;

/** What the second value has otherwise than the first. */
export function valueDifference(before: Json, after: Json): ValueDifference {
  const sizes = { before: cutBytes(before), after: cutBytes(after) };
  if (sizes.before !== undefined || sizes.after !== undefined) {
    return { changes: [], more: false, cut: sizes };
  }

  const found: ValueChange[] = [];
  compare(before, after, { at: "", depth: 0, found });
  return {
    changes: found.slice(0, MAX_CHANGES),
    more: found.length > MAX_CHANGES,
    cut: undefined,
  };
}

interface Place {
  at: string;
  depth: number;
  found: ValueChange[];
}

function compare(before: Json, after: Json, place: Place): void {
  const { at, depth, found } = place;
  if (found.length > MAX_CHANGES || Object.is(before, after)) return;

  const files = [blobOf(before, at), blobOf(after, at)] as const;
  if (files[0] && files[1]) {
    const verdict = fileVerdictOf(files[0], files[1]);
    if (verdict !== "same") {
      found.push({
        kind: "file",
        at,
        before: files[0],
        after: files[1],
        verdict,
      });
    }
    return;
  }

  const isOne = files.some(Boolean) || depth >= MAX_DEPTH;
  if (isOne || !areAlike(before, after)) {
    const isSame =
      depth >= MAX_DEPTH && JSON.stringify(before) === JSON.stringify(after);
    if (!isSame) found.push({ kind: "changed", at, before, after });
    return;
  }
  compareParts(before, after, place);
}

type Parts = Json[] | { [key: string]: Json };

function areAlike(before: Json, after: Json): boolean {
  const isBoth = isParts(before) && isParts(after);
  return isBoth && Array.isArray(before) === Array.isArray(after);
}

function isParts(value: Json): value is Parts {
  return typeof value === "object" && value !== null;
}

function compareParts(before: Json, after: Json, { at, depth, found }: Place): void {
  const old = before as Record<string, Json>;
  const now = after as Record<string, Json>;
  const placeOf = (key: string) => (at === "" ? key : `${at}.${key}`);

  for (const key of Object.keys(now)) {
    if (found.length > MAX_CHANGES) return;
    const was = old[key] ?? null;
    const is = now[key] ?? null;
    if (Object.hasOwn(old, key)) {
      compare(was, is, { at: placeOf(key), depth: depth + 1, found });
    } else {
      found.push({ kind: "added", at: placeOf(key), after: is });
    }
  }
  for (const key of Object.keys(old)) {
    if (found.length > MAX_CHANGES) return;
    if (Object.hasOwn(now, key)) continue;
    found.push({ kind: "removed", at: placeOf(key), before: old[key] ?? null });
  }
}

/** As far as it can be told without reading them. */
function fileVerdictOf(before: BlobRef, after: BlobRef): FileVerdict | "same" {
  // What a task keeps of another has the same name there.
  if (before.key === after.key) return "same";
  const isAlike = before.size === after.size && before.type === after.type;
  return isAlike ? "unknown" : "different";
}

export type Verdict = "same" | "different" | "unsure";

/** Whether two values are the same, as far as it is known. */
export function verdictOf({ changes, cut }: ValueDifference): Verdict {
  if (cut) return cut.before === cut.after ? "unsure" : "different";
  const isUnsure = (one: ValueChange) =>
    one.kind === "file" && one.verdict === "unknown";
  if (changes.length === 0) return "same";
  return changes.every(isUnsure) ? "unsure" : "different";
}
