/** What others do with the pipeline that is edited: other windows, other people. */
import { useQuery } from "@tanstack/react-query";
import { useEffect, useState } from "react";

import { engine } from "@/shared/api/client";

import { useEdit } from "../store";
import { draftsOf } from "./database";
import { onSaved, otherSessions } from "./windows";

const LOOK_MS = 15_000;

export function useOthers(): {
  isElsewhere: boolean;
  newerVersion: string | undefined;
} {
  const route = useEdit((state) => state.route);
  const own = useEdit((state) => state.base.version);
  const [isElsewhere, setElsewhere] = useState(false);

  const current = useQuery({
    queryKey: ["current-version", route],
    queryFn: async ({ signal }) => {
      const details = await engine.route(route ?? "", signal);
      return details.version ?? null;
    },
    enabled: route !== undefined && own !== undefined,
    refetchInterval: LOOK_MS,
    staleTime: 0,
  });
  const { refetch } = current;

  useEffect(
    () =>
      onSaved((saved) => {
        if (saved === route) void refetch();
      }),
    [route, refetch],
  );

  useEffect(() => {
    let isCurrent = true;
    const look = async () => {
      if (route === undefined) return;
      const others = await otherSessions();
      const drafts = others.size > 0 ? await draftsOf(route) : [];
      if (isCurrent) setElsewhere(drafts.some(({ session }) => others.has(session)));
    };
    // Without a database nothing is known of other windows, and nothing is lost.
    const lookQuietly = () => void look().catch(() => undefined);
    lookQuietly();
    const timer = setInterval(lookQuietly, LOOK_MS);
    return () => {
      isCurrent = false;
      clearInterval(timer);
    };
  }, [route]);

  const version = current.data ?? undefined;
  const isNewer = version !== undefined && own !== undefined && version !== own;
  return { isElsewhere, newerVersion: isNewer ? version : undefined };
}
