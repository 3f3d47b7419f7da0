/** Which rows are new or different since a list was last read. */
import { useState } from "react";

/** What a row is called, and what of it matters. */
export type Marks = ReadonlyMap<string, string>;

/** The keys of those that changed from one list to the next; nothing at first. */
export function changedIn(before: Marks, after: Marks): Set<string> {
  const keys = [...after.keys()];
  // Another page of a list is no change of these rows.
  if (!keys.some((key) => before.has(key))) return new Set();
  return new Set(keys.filter((key) => before.get(key) !== after.get(key)));
}

/** The keys that changed when `rows` was read last; `marksOf` must be stable. */
export function useChanged<Row>(
  rows: Row[],
  marksOf: (rows: Row[]) => Marks,
): Set<string> {
  const [seen, setSeen] = useState(rows);
  const [changed, setChanged] = useState(new Set<string>());
  if (rows !== seen) {
    setSeen(rows);
    setChanged(changedIn(marksOf(seen), marksOf(rows)));
  }
  return changed;
}
