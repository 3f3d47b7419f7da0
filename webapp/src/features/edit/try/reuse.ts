/** How many steps the next run spares, and which: looked at when typing pauses. */
import { useEffect } from "react";

import { keptSteps } from "@/pipeline/reuse";

import { useEdit } from "../store";
import { setTry, useTry } from "./tryState";

const QUIET_MS = 200;

export function useSparedSteps(): void {
  const document = useEdit((state) => state.document);
  const ran = useTry((state) => state.ran);
  const runs = useTry((state) => state.runs);

  useEffect(() => {
    const timer = window.setTimeout(() => {
      const statuses = new Map([...runs].map(([id, { status }]) => [id, status]));
      const spared =
        ran && runs.size > 0
          ? keptSteps({ document: ran, statuses }, document, true)
          : new Set<string>();
      setTry({ spared });
    }, QUIET_MS);
    return () => {
      window.clearTimeout(timer);
    };
  }, [document, ran, runs]);
}
