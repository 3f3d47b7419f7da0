/** What a task was given: its form is filled with it, and results are shown beside it. */
import { useQuery } from "@tanstack/react-query";
import { useMemo } from "react";

import type { Field } from "@/contract/fields";
import { engine } from "@/shared/api/client";
import type { Json, RouteDetails } from "@/shared/api/types";
import { blobsIn, cutBytes } from "@/shared/blobs";

import type { Form } from "@/forms/form";

/** The form of a task; undefined while it is not known, or is too large to be shown. */
export function useSent(
  task: string | undefined,
  route: RouteDetails,
  fields: Field[],
): Form | undefined {
  const entry = route.pipeline?.nodes.find(({ type }) => type === "entry")?.id ?? "";

  const run = useQuery({
    queryKey: ["task", task, "sent"],
    queryFn: ({ signal }) =>
      engine.run(task ?? "", { path: "", node: entry }, [], signal),
    enabled: task !== undefined,
    staleTime: Infinity,
    // A newer version may have another entry. The form is then empty, as at first.
    retry: false,
  });

  // The same form each time: whoever holds one can tell whether it was changed.
  return useMemo(() => run.data && formOf(fields, run.data.out), [fields, run.data]);
}

/** The values and files in what the entry gave to the other nodes. */
export function formOf(fields: Field[], out: Json): Form | undefined {
  const isData = out !== null && typeof out === "object" && !Array.isArray(out);
  if (!isData || cutBytes(out) !== undefined) return undefined;

  const form: Form = { values: {}, files: {} };
  for (const field of fields) {
    const value = out[field.name];
    if (value === undefined || value === null) continue;
    if (field.kind === "file") form.files[field.name] = blobsIn(value);
    else form.values[field.name] = value;
  }
  return form;
}
