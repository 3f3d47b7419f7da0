/** Which routes match what somebody looks for. */
import type { Route } from "@/shared/api/types";

/** The routes with all the words, and the tag if one is chosen. */
export function found(routes: Route[], query: string, tag?: string): Route[] {
  const words = query.toLowerCase().split(/\s+/).filter(Boolean);
  return routes.filter((route) => {
    if (tag && !route.tags?.includes(tag)) return false;
    // Who hears that a service is away looks for what needs it.
    const lists = [...(route.tags ?? []), ...route.missing];
    const text = [route.route, route.summary, route.description, ...lists]
      .join(" ")
      .toLowerCase();
    return words.every((word) => text.includes(word));
  });
}

/** All tags, the most frequent first. */
export function tagsOf(routes: Route[]): string[] {
  const counts = new Map<string, number>();
  for (const tag of routes.flatMap((route) => route.tags ?? [])) {
    counts.set(tag, (counts.get(tag) ?? 0) + 1);
  }
  return [...counts].sort(([, one], [, other]) => other - one).map(([tag]) => tag);
}
