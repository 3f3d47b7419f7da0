/** What went in and out of a step in both runs: read, and compared. */
import { useQueries, useQuery } from "@tanstack/react-query";

import type { ComparedStep, SideName } from "@/pipeline/runDifference";
import {
  type ValueChange,
  type ValueDifference,
  valueDifference,
  type Verdict,
  verdictOf,
} from "@/pipeline/valueDifference";
import { engine } from "@/shared/api/client";
import type { Json, Section } from "@/shared/api/types";

import { inTurn } from "./inTurn";

/** The sections that are compared. */
export const SECTIONS = ["input", "out"] as const satisfies Section[];
export type ComparedSection = (typeof SECTIONS)[number];

export interface ComparedSectionValues {
  before: Json;
  after: Json;
  difference: ValueDifference;
  verdict: Verdict;
}

export type ComparedValues = Record<ComparedSection, ComparedSectionValues>;

/** So many steps are looked at without being asked for. */
const STEPS_READ = 100;

/** Each takes two calls, and a browser has six connections. */
const AT_ONCE = 2;
const reading = inTurn(AT_ONCE);

/** Larger files are told apart by type and size only. */
const FILE_BYTES = 8_000_000;
const FILES_READ = 20;

/** Which runs are compared, and which item of a loop; empty: the tasks themselves. */
export interface Pair {
  before: string;
  after: string;
  path: string;
  /** Which of them took over results of the other one. */
  continuing: SideName | undefined;
}

/** By the id of the step: what is known of its values. */
export function useComparedValues(
  pair: Pair,
  steps: ComparedStep[],
  chosen: string | undefined,
): ReadonlyMap<string, ComparedValues> {
  const wanted = steps.filter(
    (step, at) =>
      hasValues(step) && !isKept(step, pair) && (at < STEPS_READ || step.id === chosen),
  );
  const results = useQueries({
    queries: wanted.map((step) => valuesQuery(pair, step, [])),
  });
  return new Map(
    wanted.flatMap((step, at) => {
      const data = results[at]?.data;
      return data ? [[step.id, data] as const] : [];
    }),
  );
}

/** One step with all of its values, however large they are; when it is asked for. */
export function useWholeValues(
  pair: Pair,
  step: ComparedStep,
  whole: ComparedSection[],
) {
  return useQuery({ ...valuesQuery(pair, step, whole), enabled: whole.length > 0 });
}

function valuesQuery(pair: Pair, step: ComparedStep, whole: ComparedSection[]) {
  const { before, after } = step.runs;
  return {
    queryKey: [
      "compare",
      pair,
      step.ids,
      // Of a run that has changed the values are others too.
      before?.status,
      before?.round,
      after?.status,
      after?.round,
      whole,
    ],
    queryFn: ({ signal }: { signal: AbortSignal }) =>
      reading(() => readBoth(pair, step, whole, signal)),
    staleTime: Infinity,
  };
}

/** Whether both runs have come to the step. */
export function hasValues({ runs }: ComparedStep): boolean {
  return runs.before?.started_at != null && runs.after?.started_at != null;
}

/** What one task kept of the other one is the same, without a look at it. */
export function isKept({ runs }: ComparedStep, { continuing }: Pair): boolean {
  return continuing !== undefined && runs[continuing]?.reused === true;
}

async function readBoth(
  pair: Pair,
  { ids }: ComparedStep,
  whole: ComparedSection[],
  signal: AbortSignal,
): Promise<ComparedValues> {
  const read = (task: string, node: string | undefined) =>
    engine.run(task, { path: pair.path, node: node ?? "" }, whole, signal);
  const [before, after] = await Promise.all([
    read(pair.before, ids.before),
    read(pair.after, ids.after),
  ]);

  const compared = async (section: ComparedSection) => {
    const values = { before: before[section], after: after[section] };
    const difference = await withFilesRead(
      valueDifference(values.before, values.after),
      signal,
    );
    return { ...values, difference, verdict: verdictOf(difference) };
  };
  return { input: await compared("input"), out: await compared("out") };
}

/** Files of one type and size are read: those that are the same are no difference. */
async function withFilesRead(
  difference: ValueDifference,
  signal: AbortSignal,
): Promise<ValueDifference> {
  let read = 0;
  const changes: ValueChange[] = [];
  for (const change of difference.changes) {
    const isOpen =
      change.kind === "file" &&
      change.verdict === "unknown" &&
      change.after.size <= FILE_BYTES &&
      read < FILES_READ;
    if (!isOpen) {
      changes.push(change);
      continue;
    }
    read += 1;
    const same = await haveSameBytes(change.before.url, change.after.url, signal);
    if (same === undefined) changes.push(change);
    else if (!same) changes.push({ ...change, verdict: "different" });
  }
  return { ...difference, changes };
}

/** Undefined: one of them cannot be read any more. */
async function haveSameBytes(
  one: string,
  other: string,
  signal: AbortSignal,
): Promise<boolean | undefined> {
  const [left, right] = await Promise.all([bytesOf(one), bytesOf(other)]);
  if (!left || !right) return undefined;
  if (left.length !== right.length) return false;
  for (let at = 0; at < left.length; at += 1) {
    if (left[at] !== right[at]) return false;
  }
  return true;

  async function bytesOf(url: string): Promise<Uint8Array | undefined> {
    const response = await fetch(url, { signal });
    return response.ok ? new Uint8Array(await response.arrayBuffer()) : undefined;
  }
}
