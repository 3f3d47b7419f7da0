/** Which pipelines call a route, and which schedules start it. */
import { useQuery } from "@tanstack/react-query";

import { engine } from "./api/client";
import type { FoundSteps } from "./api/types";

const FRESH_MS = 10_000;

export function useUsers(route: string | undefined) {
  return useQuery({
    queryKey: ["users", route],
    queryFn: ({ signal }) => engine.steps({ calls: route ?? "" }, signal),
    enabled: route !== undefined && route !== "",
    staleTime: FRESH_MS,
  });
}

/** How many schedules start a route, with those that one may not see. */
export function schedulesOf(found: FoundSteps): number {
  return found.schedules.length + found.hidden_schedules;
}

/** Names a schedule beside pipelines: none of them is called so. */
export function scheduleKey(id: string): string {
  return `schedule ${id}`;
}
