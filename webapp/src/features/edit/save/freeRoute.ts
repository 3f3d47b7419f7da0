/** A name for a route that is not taken, near to one that is. */
import { isRoute } from "../new/route";

/** `blur` becomes `blur-2`, and `blur-2` the next number that is free. */
export function freeRoute(name: string, isTaken: (route: string) => boolean): string {
  const [, stem = name, digits] = /^(.*?)(?:-(\d{1,4}))?$/.exec(name) ?? [];
  let number = Number(digits ?? 1) + 1;
  const numbered = () => {
    const route = `${stem}-${String(number)}`;
    // A name as long as can be loses letters, so that the number has room.
    return isRoute(route) ? route : `${stem.slice(0, 90)}-${String(number)}`;
  };
  while (isTaken(numbered())) number += 1;
  return numbered();
}
