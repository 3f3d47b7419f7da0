/** The values of one run of the last task. */
import { useQuery } from "@tanstack/react-query";
import { useEffect } from "react";

import { loopOf } from "@/pipeline/document";
import { engine } from "@/shared/api/client";
import type { JsonObject, RunWithValues } from "@/shared/api/types";

import { useEdit } from "../store";
import { setTry, useTry } from "./tryState";

export function useRunValues(
  node: string,
  isThere: boolean,
): RunWithValues | undefined {
  const task = useTry((state) => state.task);
  const status = useTry((state) => state.runs.get(node)?.status);
  const loop = useEdit(({ document }) => loopOf(document, node));
  const path = useTry(({ paths }) => (loop === null ? "" : (paths.get(loop) ?? "")));

  const { data } = useQuery({
    // A run that goes on has other values later.
    queryKey: ["task", task, "values", path, node, status],
    queryFn: ({ signal }) => engine.run(task ?? "", { path, node }, [], signal),
    enabled: task !== undefined && isThere,
    retry: false,
  });

  useEffect(() => {
    const out = data?.out;
    if (typeof out !== "object" || out === null || Array.isArray(out)) return;
    setTry(({ outs }) => ({ outs: new Map(outs).set(node, out as JsonObject) }));
  }, [data, node]);
  return data;
}
