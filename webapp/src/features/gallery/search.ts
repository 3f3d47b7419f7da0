/** Which routes match what somebody looks for. */
import type { Figures, Route } from "@/shared/api/types";

/** Stands for the spaces of others, which share what is run here: no id is like that. */
export const LENT = " lent";

interface Sought {
  query: string;
  tag?: string | undefined;
  /** Undefined: any. */
  space?: string | undefined;
}

/** The routes with all the words, the tag and the space, if these are chosen. */
export function found(routes: Route[], { query, tag, space }: Sought): Route[] {
  const words = query.toLowerCase().split(/\s+/).filter(Boolean);
  return routes.filter((route) => {
    if (tag && !route.tags?.includes(tag)) return false;
    if (space !== undefined && !isIn(space, route)) return false;
    // Who hears that a service is away looks for what needs it.
    const lists = [...(route.tags ?? []), ...route.missing];
    const text = [route.route, route.summary, route.description, ...lists]
      .join(" ")
      .toLowerCase();
    return words.every((word) => text.includes(word));
  });
}

/** What somebody who keeps many pipelines asks of them. */
export const STATES = ["idle", "failing", "away"] as const;
export type State = (typeof STATES)[number];

/** The pipelines that are so, as the last days were; services are no matter of this. */
export function inState(
  routes: Route[],
  state: State,
  figures: Record<string, Figures>,
): Route[] {
  const isSo = ({ route, alive }: Route) => {
    const { calls, failed } = figures[route] ?? { calls: 0, failed: 0 };
    if (state === "away") return !alive;
    return state === "idle" ? calls === 0 : failed > 0;
  };
  return routes.filter((route) => route.type === "pipeline" && isSo(route));
}

/** All tags, the most frequent first. */
export function tagsOf(routes: Route[]): string[] {
  const counts = new Map<string, number>();
  for (const tag of routes.flatMap((route) => route.tags ?? [])) {
    counts.set(tag, (counts.get(tag) ?? 0) + 1);
  }
  return [...counts].sort(([, one], [, other]) => other - one).map(([tag]) => tag);
}

/** Whether a route belongs to a space. Services serve all. */
function isIn(space: string, route: Route): boolean {
  return route.type === "service" || (route.space ?? LENT) === space;
}

/** The spaces to which pipelines belong, by their ids; none, if there is one only. */
export function spacesIn(routes: Route[]): string[] {
  const pipelines = routes.filter(({ type }) => type === "pipeline");
  const spaces = [...new Set(pipelines.map(({ space }) => space ?? LENT))].sort();
  return spaces.length > 1 ? spaces : [];
}
