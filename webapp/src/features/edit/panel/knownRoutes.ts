/** The routes that nodes can call, with their contracts, as the engine last said them. */
import { useQueries, useQuery } from "@tanstack/react-query";
import { useEffect, useMemo } from "react";
import { create } from "zustand";

import type { Routes } from "@/pipeline/outputs";
import { levelsOf } from "@/pipeline/reach";
import { engine } from "@/shared/api/client";
import type { Route } from "@/shared/api/types";

import { useEdit } from "../store";

const useKnown = create<{ routes: Routes }>(() => ({ routes: new Map() }));

/** Outside of components. */
export function knownRoutes(): Routes {
  return useKnown.getState().routes;
}

export function useKnownRoutes(): Routes {
  return useKnown((state) => state.routes);
}

const ASKED_AGAIN_MS = 30_000;

/** Asks the engine for the routes; once on the page. */
export function useAskForRoutes(): void {
  const list = useQuery({
    queryKey: ["routes"],
    queryFn: ({ signal }) => engine.routes(signal),
    refetchInterval: ASKED_AGAIN_MS,
  });
  const called = useEdit(({ document }) => calledRoutes(document.nodes).join("\n"));
  // The list leaves long schemas out: of what the pipeline calls they are asked for.
  const details = useQueries({
    queries: called
      .split("\n")
      .filter((name) => {
        const known = list.data?.find(({ route }) => route === name);
        return (
          known !== undefined &&
          (known.inputSchema == null || known.outputSchema == null)
        );
      })
      .map((name) => ({
        queryKey: ["route", name],
        queryFn: ({ signal }: { signal: AbortSignal }) => engine.route(name, signal),
        staleTime: ASKED_AGAIN_MS,
      })),
    combine: (results) => results.map(({ data }) => data),
  });

  const routes = useMemo(() => {
    const found = new Map<string, Route>();
    for (const route of list.data ?? []) found.set(route.route, route);
    for (const route of details) if (route) found.set(route.route, route);
    return found;
  }, [list.data, details]);
  useEffect(() => {
    useKnown.setState({ routes });
  }, [routes]);
}

function calledRoutes(nodes: Parameters<typeof levelsOf>[0]): string[] {
  const names = levelsOf(nodes).flatMap((level) =>
    level.nodes.flatMap(({ service }) =>
      typeof service === "string" ? [service] : [],
    ),
  );
  return [...new Set(names)].sort();
}
