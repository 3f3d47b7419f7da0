/** Has the engine check one pipeline after the other, a few at a time. */
import { useRef, useState } from "react";

import { engine } from "@/shared/api/client";
import type { Fault } from "@/shared/api/types";
import { checkDocument } from "@/shared/checkDocument";

/** The others of the engine's users are to notice nothing. */
const AT_ONCE = 3;

export interface CheckedPipeline {
  route: string;
  /** Null: it could not be read, or not be checked. */
  faults: Fault[] | null;
}

interface Checking {
  checked: CheckedPipeline[];
  total: number;
  isBusy: boolean;
}

export function useCheckAll() {
  const [state, setState] = useState<Checking>({
    checked: [],
    total: 0,
    isBusy: false,
  });
  // Two rounds at once would mix their answers.
  const isBusy = useRef(false);

  const start = async (routes: string[]) => {
    if (isBusy.current) return;
    isBusy.current = true;
    const checked: CheckedPipeline[] = [];
    setState({ checked, total: routes.length, isBusy: true });

    const left = [...routes];
    const work = async () => {
      for (let route = left.shift(); route !== undefined; route = left.shift()) {
        checked.push({ route, faults: await faultsOf(route) });
        setState({ checked: [...checked], total: routes.length, isBusy: true });
      }
    };
    await Promise.all(Array.from({ length: AT_ONCE }, work));

    isBusy.current = false;
    const sorted = checked.toSorted((one, other) =>
      one.route.localeCompare(other.route),
    );
    setState({ checked: sorted, total: routes.length, isBusy: false });
  };

  return { ...state, start };
}

async function faultsOf(route: string): Promise<Fault[] | null> {
  try {
    const { pipeline } = await engine.route(route);
    // It is shared only to be run: its faults are its authors'.
    return pipeline ? await checkDocument({ ...pipeline }) : [];
  } catch {
    return null;
  }
}
