/** The schedules that somebody may see: of all spaces that are theirs. */
import { useQueries } from "@tanstack/react-query";
import { useMemo } from "react";

import { api, content } from "@/shared/api/client";
import type { JsonObject, Schedule } from "@/shared/api/types";
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

/** What somebody says of a schedule. */
export interface Wish {
  route: string;
  cron: string;
  timezone: string;
  input: JsonObject;
  missed: Schedule["missed"];
  paused: boolean;
}

export function wishOf(schedule: Schedule): Wish {
  const { route, cron, timezone, input, missed, paused } = schedule;
  return { route, cron, timezone, input, missed, paused };
}

/** In a space; empty: the one that the engine takes if none is named. */
export function addSchedule(wish: Wish, space: string) {
  const query = space === "" ? {} : { space };
  return content(
    api.POST("/schedules", { params: { query: query as never }, body: wish }),
  );
}

export function changeSchedule(id: string, wish: Wish) {
  return content(api.PUT("/schedules/{id}", { params: { path: { id } }, body: wish }));
}

export async function removeSchedule(id: string): Promise<void> {
  await api.DELETE("/schedules/{id}", { params: { path: { id } } });
}
