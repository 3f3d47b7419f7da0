/** Does only so many things at a time; the others wait for their turn. */

type Work<T> = () => Promise<T>;

/** Runs what it is given, at most `places` at once, in the order in which it came. */
export function inTurn(places: number) {
  const waiting: (() => void)[] = [];
  let busy = 0;

  return async function run<T>(work: Work<T>): Promise<T> {
    if (busy >= places) {
      await new Promise<void>((resolve) => {
        waiting.push(resolve);
      });
    }
    busy += 1;
    try {
      return await work();
    } finally {
      busy -= 1;
      waiting.shift()?.();
    }
  };
}
