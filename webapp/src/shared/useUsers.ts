/** Which pipelines call a route. */
import { useQuery } from "@tanstack/react-query";

import { engine } from "./api/client";

const FRESH_MS = 10_000;

export function useUsers(route: string | undefined) {
  return useQuery({
    queryKey: ["users", route],
    queryFn: ({ signal }) => engine.steps({ calls: route ?? "" }, signal),
    enabled: route !== undefined && route !== "",
    staleTime: FRESH_MS,
  });
}
