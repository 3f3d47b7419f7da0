/** The schedules that somebody may see: of all spaces that are theirs. */
import { useQueries } from "@tanstack/react-query";
import { useMemo } from "react";

import { api, content } from "@/shared/api/client";
import type { Schedule } from "@/shared/api/types";
import { scheduledSpaces } from "@/shared/rights";
import { useAbout } from "@/shared/useAbout";

const POLL_MS = 10_000;

/** Undefined: they are not known yet. `isWanted`: the page shows before. */
export function useSchedules(isWanted: boolean): Schedule[] | undefined {
  const about = useAbout();
  const spaces = about ? scheduledSpaces(about) : [];
  const lists = useQueries({
    queries: spaces.map((space) => ({
      queryKey: ["schedules", space],
      queryFn: ({ signal }: { signal: AbortSignal }) => schedulesOf(space, signal),
      refetchInterval: POLL_MS,
      enabled: isWanted,
    })),
    // What is refused is not there for who asks.
    combine: (results) => results.map(({ data, error }) => data ?? (error ? [] : null)),
  });
  const isKnown = about !== undefined && !lists.includes(null);
  const all = useMemo(() => {
    const known = lists.flatMap((list) => list ?? []);
    return known.toSorted((one, other) => one.route.localeCompare(other.route));
  }, [lists]);
  return isKnown ? all : undefined;
}

function schedulesOf(space: string, signal: AbortSignal): Promise<Schedule[]> {
  const query = space === "" ? {} : { space };
  return content(
    api.GET("/schedules", { params: { query: query as never }, signal }),
  ) as Promise<Schedule[]>;
}

/** Let a schedule rest, or go on. */
export async function pauseSchedule(schedule: Schedule, paused: boolean) {
  const { id, route, cron, timezone, input, missed } = schedule;
  return content(
    api.PUT("/schedules/{id}", {
      params: { path: { id } },
      body: { route, cron, timezone, input, missed, paused },
    }),
  );
}
