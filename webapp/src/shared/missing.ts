/** Why a route cannot work now, and what to do about that. */
import type { Route, RouteDetails } from "./api/types";
import type { Translate } from "./i18n/translate";

export function missingWords(route: Route | RouteDetails, t: Translate): string {
  // A service that is away lacks itself.
  const names = route.missing.length > 0 ? route.missing : [route.route];
  return t("gallery.missing", { count: names.length, services: names.join(", ") });
}
