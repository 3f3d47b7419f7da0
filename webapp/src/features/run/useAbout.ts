/** What the engine is: its limits. They do not change while it runs. */
import { useQuery } from "@tanstack/react-query";

import { engine } from "@/shared/api/client";

export function useAbout() {
  const about = useQuery({
    queryKey: ["about"],
    queryFn: ({ signal }) => engine.about(signal),
    staleTime: Infinity,
  });
  return about.data;
}
