/** Which node a run failed at: that of a loop's body, if the loop failed because of it. */
import type { RunFault, RunLine } from "@/shared/api/types";

type Lines = Readonly<Record<string, RunLine>>;

export interface Blame {
  node: string;
  field: string | undefined;
  fault: RunFault | undefined;
}

/** What is known of the items of loops: by the loop, the runs of the item that failed. */
export type Bodies = ReadonlyMap<string, Lines | undefined>;

/** Undefined: the runs of the item that failed are not there yet. */
export function blameOf(
  failed: string,
  runs: Lines,
  bodies: Bodies,
): Blame | undefined {
  const run = runs[failed];
  // What was read before the task was over may not know it yet.
  if (run?.status !== "failed") return undefined;
  if ((run.items?.total ?? 0) === 0) return blameFor(failed, run);

  const body = bodies.get(failed);
  if (!body) return undefined;
  const inner = Object.entries(body).find(([, { status }]) => status === "failed");
  return inner ? blameFor(...inner) : blameFor(failed, run);
}

function blameFor(node: string, { fault }: RunLine): Blame {
  return {
    node,
    field: fault?.field ?? refusedInput(fault?.message),
    fault: fault ?? undefined,
  };
}

/** Services begin their refusal with the input that they refuse: `areas.0: Input …` */
function refusedInput(message = ""): string | undefined {
  const key = /^([A-Za-z_][\w-]*)(?:\.[\w-]+)*: /.exec(message)?.[1];
  return key === undefined ? undefined : `input.${key}`;
}
