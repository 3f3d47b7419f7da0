/** What the engine is: its limits, who is asking. It does not change while it runs. */
import { useQuery } from "@tanstack/react-query";

import { engine } from "./api/client";
import { mayEdit } from "./rights";

export function useAbout() {
  const about = useQuery({
    queryKey: ["about"],
    queryFn: ({ signal }) => engine.about(signal),
    staleTime: Infinity,
  });
  return about.data;
}

/** Whether who is asking may change pipelines; not known yet: no. */
export function useMayEdit(): boolean {
  const about = useAbout();
  return about !== undefined && mayEdit(about);
}
