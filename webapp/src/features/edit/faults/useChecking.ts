/** Asks the engine what is wrong, a quarter of a second after the last change. */
import { useEffect } from "react";

import { checkDocument } from "@/shared/checkDocument";

import { useEdit } from "../store";
import { setFaults, useFaultState } from "./faultState";

const QUIET_MS = 250;
/** An engine that does not answer is asked again. */
const AGAIN_MS = 5000;

export function useChecking(isOn: boolean): void {
  useEffect(() => {
    // The engine checks for authors alone.
    if (!isOn) return undefined;
    let timer: number | undefined;
    let asked: AbortController | undefined;

    const ask = async () => {
      asked?.abort();
      const own = new AbortController();
      asked = own;
      try {
        const faults = await checkDocument(useEdit.getState().document, own.signal);
        if (!own.signal.aborted) setFaults(faults);
      } catch {
        if (own.signal.aborted) return;
        useFaultState.setState({ away: true });
        timer = window.setTimeout(soon, AGAIN_MS);
      }
    };
    const soon = () => void ask();
    const later = () => {
      window.clearTimeout(timer);
      useFaultState.setState({ settled: false });
      timer = window.setTimeout(soon, QUIET_MS);
    };

    later();
    const stop = useEdit.subscribe((state, before) => {
      if (state.document !== before.document) later();
    });
    return () => {
      stop();
      window.clearTimeout(timer);
      asked?.abort();
    };
  }, [isOn]);
}
