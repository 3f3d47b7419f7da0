/** What a browser is, by what it calls itself: people know no `AppleWebKit/537.36`. */

// The first that is found: Edge calls itself Chrome too, and Chrome Safari.
const BROWSERS = [
  ["Edg/", "Edge"],
  ["OPR/", "Opera"],
  ["Firefox/", "Firefox"],
  ["Chrome/", "Chrome"],
  ["Safari/", "Safari"],
  ["curl/", "curl"],
] as const;
const SYSTEMS = [
  ["Android", "Android"],
  ["iPhone", "iPhone"],
  ["iPad", "iPad"],
  ["Windows", "Windows"],
  ["Mac OS", "macOS"],
  ["CrOS", "ChromeOS"],
  ["Linux", "Linux"],
] as const;

/** `Firefox · Linux`; what is not known is shown as it is. */
export function browserOf(agent: string): string {
  const named = [BROWSERS, SYSTEMS].flatMap((list) => {
    const found = list.find(([mark]) => agent.includes(mark));
    return found ? [found[1]] : [];
  });
  return named.length > 0 ? named.join(" · ") : agent.slice(0, 40);
}
