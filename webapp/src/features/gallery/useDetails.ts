/** What comes out of a route: known when its card comes into sight. */
import { useQuery } from "@tanstack/react-query";
import { type RefObject, useEffect, useState } from "react";

import { engine } from "@/shared/api/client";
import type { Route } from "@/shared/api/types";

const FRESH_MS = 60_000;

/**
 * The list says only what authors wrote of their results; what follows from a pipeline's
 * end, the engine works out for one route. It is what the route's page asks first, so
 * that page is there at once.
 */
export function useDetails(route: Route, card: RefObject<HTMLElement | null>): Route {
  const [isSeen, setIsSeen] = useState(false);

  useEffect(() => {
    if (!card.current) return undefined;
    const observer = new IntersectionObserver(([entry]) => {
      if (entry?.isIntersecting) setIsSeen(true);
    });
    observer.observe(card.current);
    return () => {
      observer.disconnect();
    };
  }, [card]);

  const details = useQuery({
    queryKey: ["route", route.route],
    queryFn: ({ signal }) => engine.route(route.route, signal),
    enabled: isSeen && route.outputSchema === null,
    staleTime: FRESH_MS,
  });
  return details.data ?? route;
}
