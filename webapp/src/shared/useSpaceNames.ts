/** What spaces are called: everywhere else they go by their ids. */
import { useQuery } from "@tanstack/react-query";

import { api, content } from "./api/client";
import { useAbout } from "./useAbout";

const FRESH_MS = 60_000;

/** The name of a space; its id while the names are not there, and for those of others. */
export function useSpaceNames(isWanted = true): (space: string) => string {
  const about = useAbout();
  const { data } = useQuery({
    // As on the pages of spaces, where they can be renamed.
    queryKey: ["spaces"],
    queryFn: ({ signal }) => content(api.GET("/spaces", { signal })),
    enabled: isWanted && about !== undefined && about.auth !== "off",
    staleTime: FRESH_MS,
  });
  return (space) => data?.find(({ id }) => id === space)?.name ?? space;
}
