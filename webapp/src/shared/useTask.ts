/** The state of a task as it changes: by events, or by asking again and again. */
import { useQuery, useQueryClient } from "@tanstack/react-query";
import { useEffect, useState } from "react";

import { apiUrl, engine, Problem } from "./api/client";
import type { TaskStatus } from "./api/types";

// A browser has six connections to an engine: three tabs may keep one each, so that
// there are always some for everything else.
const STREAMS = 3;
const LOCK = "marketplace-stream-";

// While events come they say when to ask. Without them the engine is asked so often.
const POLL_MS = 1000;
const POLL_BESIDE_EVENTS_MS = 10_000;

// Events come in bursts: the first is followed at once, all that come so soon behind it
// together.
const BURST_MS = 150;

// A browser gives a stream up where something that is not the engine answered for it.
const REOPEN_MS = 3000;

/** For what a page cannot do without: an engine that is away is asked until it is back. */
export const PATIENT = {
  retry: (count: number, error: Error) => !(error instanceof Problem) && count < 1000,
  retryDelay: (attempt: number) => Math.min(500 * 2 ** attempt, 5000),
};

export function taskKey(task: string): string[] {
  return ["task", task, "status"];
}

/** Whether nothing of a task will change any more. */
export function ended(status: TaskStatus | undefined): boolean {
  return status !== undefined && status.status !== "running";
}

/** The status of a task, live until it has ended. */
export function useTask(task: string | undefined) {
  const client = useQueryClient();
  const [streams, setStreams] = useState(false);

  const query = useQuery({
    queryKey: taskKey(task ?? ""),
    queryFn: ({ signal }) => engine.status(task ?? "", signal),
    enabled: task !== undefined,
    ...PATIENT,
    refetchInterval: ({ state }) => {
      // A task that is unknown will not come.
      if (ended(state.data) || state.error instanceof Problem) return false;
      return streams ? POLL_BESIDE_EVENTS_MS : POLL_MS;
    },
  });

  const running = task !== undefined && !ended(query.data) && query.isSuccess;
  useEffect(() => {
    if (!running) return undefined;
    const changed = () => client.invalidateQueries({ queryKey: ["task", task] });
    return watch(task, changed, setStreams);
  }, [client, running, task]);

  return query;
}

/** Call `changed` at each event, while the page is visible and a stream is free. */
function watch(
  task: string,
  changed: () => Promise<void>,
  onStream: (open: boolean) => void,
): () => void {
  const stop = new AbortController();
  let source: EventSource | undefined;
  let reopening: number | undefined;
  const happened = inBursts(changed, BURST_MS);

  const close = () => {
    window.clearTimeout(reopening);
    source?.close();
    source = undefined;
    onStream(false);
  };

  const open = () => {
    if (document.hidden || stop.signal.aborted || source) return;
    // Of loops it is told how far they are, not each change of each item.
    const query = "events?inside=none";
    source = new EventSource(apiUrl(`tasks/${encodeURIComponent(task)}/${query}`));
    source.onopen = () => {
      onStream(true);
    };
    source.onerror = () => {
      onStream(false);
      if (source?.readyState !== EventSource.CLOSED) return;
      close();
      reopening = window.setTimeout(open, REOPEN_MS);
    };
    source.addEventListener("run", happened);
    source.addEventListener("task", happened);
  };

  const onVisible = () => {
    if (document.hidden) close();
    else {
      open();
      happened();
    }
  };

  void withStream(stop.signal, () => {
    open();
    document.addEventListener("visibilitychange", onVisible);
  });

  return () => {
    stop.abort();
    document.removeEventListener("visibilitychange", onVisible);
    close();
  };
}

/**
 * Calls `act` at the first event, and once after all that follow until it is done, but
 * not within `ms`. Never two at once: a slow answer would be cancelled again and again.
 */
function inBursts(act: () => Promise<void>, ms: number) {
  let isBusy = false;
  let isWanted = false;

  const happened = () => {
    isWanted = true;
    if (isBusy) return;
    isBusy = true;
    isWanted = false;
    void Promise.allSettled([act(), pause(ms)]).then(() => {
      isBusy = false;
      if (isWanted) happened();
    });
  };
  return happened;
}

function pause(ms: number): Promise<void> {
  return new Promise((resolve) => {
    window.setTimeout(resolve, ms);
  });
}

/** Hold one of the places for streams until the signal, if there is one. */
async function withStream(signal: AbortSignal, use: () => void): Promise<void> {
  const locks = "locks" in navigator ? navigator.locks : undefined;
  // No secure context: no locks, so the engine is asked instead.
  if (!locks) return;

  const finished = new Promise<void>((resolve) => {
    signal.addEventListener("abort", () => {
      resolve();
    });
  });

  for (let place = 0; place < STREAMS; place += 1) {
    let held = false;
    await locks.request(`${LOCK}${String(place)}`, { ifAvailable: true }, (lock) => {
      if (!lock || signal.aborted) return undefined;
      held = true;
      use();
      return finished;
    });
    if (held) return;
  }
}
