/** Instants to come, in words: “in 4 min”, “now”. */
import { duration } from "./format";
import type { Speech } from "./i18n";

const SOON_SECONDS = 1;

/** How long it is until then. `now` is in milliseconds since 1970. */
export function when(instant: string, now: number, { t, i18n }: Speech): string {
  const seconds = (Date.parse(instant) - now) / 1000;
  if (seconds < SOON_SECONDS) return t("time.soon");
  return t("time.in", { time: duration(Math.ceil(seconds), i18n.language) });
}
