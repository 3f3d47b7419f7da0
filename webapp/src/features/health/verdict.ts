/** How everything is, in one sentence. */
import type { Readiness, Route, Schedule, Stats } from "@/shared/api/types";
import type { Tone } from "@/shared/theme";

export interface Verdict {
  tone: Tone;
  /** The key of a sentence, and what stands in it. */
  key: string;
  values: Record<string, string | number>;
}

/**
 * The worst first: without stores nothing works, without services some routes. A schedule
 * that could start nothing has left no task that would tell of it.
 */
export function verdictOf(
  routes: Route[],
  stats: Stats | undefined,
  readiness: Readiness | undefined,
  schedules: Schedule[] = [],
): Verdict {
  const stores = Object.keys(readiness?.missing ?? {});
  if (stores.length > 0) {
    return {
      tone: "failed",
      key: "health.down",
      values: { stores: stores.join(", ") },
    };
  }

  const missing = routes.filter(({ alive }) => !alive).length;
  if (missing > 0) {
    const services = missingServices(routes).map(([service]) => service);
    return {
      tone: "waiting",
      key: "health.missing",
      values: { routes: missing, services: shortened(services) },
    };
  }

  const failing = schedules.filter(isFailing);
  if (failing.length > 0) {
    const shown = shortened(failing.map(({ route }) => route));
    return {
      tone: "failed",
      key: "schedules.failing",
      values: { count: failing.length, routes: shown },
    };
  }
  const services = routes.filter(({ type }) => type === "service").length;
  const tasks = stats?.jobs.running ?? 0;
  return { tone: "ok", key: "health.well", values: { services, tasks } };
}

/** Whether a schedule started nothing at its last time, and is to start something. */
export function isFailing({ last_error, paused }: Schedule): boolean {
  return last_error !== null && !paused;
}

const NAMES_SHOWN = 3;

function shortened(names: string[]): string {
  const shown = names.slice(0, NAMES_SHOWN).join(", ");
  return names.length > NAMES_SHOWN ? `${shown} …` : shown;
}

/** Which services are missing, and the routes that cannot work without each. */
export function missingServices(routes: Route[]): [string, string[]][] {
  const needed = new Map<string, string[]>();
  for (const { route, missing } of routes) {
    for (const service of missing) {
      const others = (needed.get(service) ?? []).filter((one) => one !== service);
      // A service that is missing needs nothing but itself.
      needed.set(service, route === service ? others : [...others, route]);
    }
  }
  // Those that stop most stand first.
  return [...needed].toSorted(
    ([one, its], [other, others]) =>
      others.length - its.length || one.localeCompare(other),
  );
}
