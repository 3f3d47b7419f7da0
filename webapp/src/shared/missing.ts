/** Which services a route that cannot work lacks. */
import type { Route, RouteDetails } from "./api/types";

/** How many, and their names; a service that is away lacks itself. */
export function missingOf(route: Route | RouteDetails): {
  count: number;
  services: string;
} {
  const names = route.missing.length > 0 ? route.missing : [route.route];
  return { count: names.length, services: names.join(", ") };
}
