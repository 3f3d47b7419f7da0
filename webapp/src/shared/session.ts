/**
 * Whether who uses the app is still signed in, and what the windows of a browser tell
 * each other about it. They share one session: a cookie.
 */
import { useSyncExternalStore } from "react";

const CHANNEL = "marketplace.session";

export type Told =
  /** Somebody is signed in, and this is their id. */
  { type: "in"; person: string } | { type: "out" };

let channel: BroadcastChannel | undefined;
const listeners = new Set<() => void>();
let isOver = false;

/** Opened when it is wanted: modules are also read where there are no windows. */
function windows(): BroadcastChannel {
  channel ??= new BroadcastChannel(CHANNEL);
  return channel;
}

function set(over: boolean): void {
  if (over === isOver) return;
  isOver = over;
  for (const tell of listeners) tell();
}

/** The engine does not know the session any more: asked of every answer. */
export function sessionIsOver(): void {
  set(true);
}

/** Somebody is signed in again; nothing of what is shown was lost. */
export function sessionIsBack(): void {
  set(false);
}

/** Tell the other windows. */
export function tellWindows(told: Told): void {
  windows().postMessage(told);
}

export function onTold(act: (told: Told) => void): () => void {
  const listener = ({ data }: MessageEvent<Told>) => {
    act(data);
  };
  windows().addEventListener("message", listener);
  return () => {
    windows().removeEventListener("message", listener);
  };
}

export function useSessionIsOver(): boolean {
  return useSyncExternalStore(
    (tell) => {
      listeners.add(tell);
      return () => {
        listeners.delete(tell);
      };
    },
    () => isOver,
  );
}

/** Pages for those who are not signed in. */
const AT_DOOR = /^\/(sign-in|first-administrator)$/;

export function isAtDoor(location: { pathname: string }): boolean {
  return AT_DOOR.test(location.pathname);
}
