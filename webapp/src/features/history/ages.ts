/** How old the tasks may be that are listed, as the address says it. */

const HOUR_MS = 3600 * 1000;

export const AGES: Record<string, number> = {
  "1h": HOUR_MS,
  "24h": 24 * HOUR_MS,
  "7d": 7 * 24 * HOUR_MS,
};

/** Since when, for the engine; undefined: any time, also for what is no age. */
export function sinceOf(age: string, now: number): string | undefined {
  const span = AGES[age];
  return span === undefined ? undefined : new Date(now - span).toISOString();
}
