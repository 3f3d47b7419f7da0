/** The current time, told again every so often while it matters. */
import { useEffect, useState } from "react";

const TICK_MS = 1000;

/**
 * Milliseconds since 1970, renewed every second while `running`: on the second, so that
 * two places of a page do not tell different times.
 */
export function useNow(running: boolean): number {
  const [now, setNow] = useState(() => Date.now());

  useEffect(() => {
    if (!running) return undefined;
    let timer = 0;
    const wait = () => {
      timer = window.setTimeout(tell, TICK_MS - (Date.now() % TICK_MS));
    };
    const tell = () => {
      setNow(Date.now());
      wait();
    };
    wait();
    return () => {
      window.clearTimeout(timer);
    };
  }, [running]);

  return now;
}
