/** The windows of this browser that edit pipelines: they tell each other what happens. */

const CHANNEL = "marketplace.edit";

/** How long others have to say that they are there, where the browser has no locks. */
const ANSWER_MS = 300;

type Message =
  | { type: "who" }
  | { type: "here"; session: string; draft: string }
  | { type: "saved"; route: string; version: string };

/** The name of this window, until it is loaded again. */
export const SESSION = Array.from(crypto.getRandomValues(new Uint8Array(8)), (byte) =>
  byte.toString(16).padStart(2, "0"),
).join("");

const channel = new BroadcastChannel(CHANNEL);
const listeners = new Set<(message: Message) => void>();

channel.addEventListener("message", ({ data }: MessageEvent<Message>) => {
  for (const listener of listeners) listener(data);
});

function tell(message: Message): void {
  channel.postMessage(message);
}

function lockOf(session: string): string {
  return `${CHANNEL}.${session}`;
}

/** Held as long as this window lives, and not a moment longer, however it ends. */
if (navigator.locks) {
  void navigator.locks.request(lockOf(SESSION), () => new Promise(() => undefined));
}

/** Say that this window is there, whenever another asks. */
export function answer(draft: () => string): () => void {
  const listener = (message: Message) => {
    if (message.type === "who")
      tell({ type: "here", session: SESSION, draft: draft() });
  };
  listeners.add(listener);
  tell({ type: "here", session: SESSION, draft: draft() });
  return () => {
    listeners.delete(listener);
  };
}

/** The sessions of other windows that live now. */
export async function otherSessions(): Promise<ReadonlySet<string>> {
  if (navigator.locks) {
    const { held = [] } = await navigator.locks.query();
    const names = held.map(({ name }) => name ?? "");
    const sessions = names
      .filter((name) => name.startsWith(`${CHANNEL}.`))
      .map((name) => name.slice(CHANNEL.length + 1));
    return new Set(sessions.filter((session) => session !== SESSION));
  }

  const found = new Set<string>();
  const listener = (message: Message) => {
    if (message.type === "here") found.add(message.session);
  };
  listeners.add(listener);
  tell({ type: "who" });
  await new Promise((resolve) => setTimeout(resolve, ANSWER_MS));
  listeners.delete(listener);
  return found;
}

/** Tell the other windows that a version was stored. */
export function tellSaved(route: string, version: string): void {
  tell({ type: "saved", route, version });
}

export function onSaved(act: (route: string, version: string) => void): () => void {
  const listener = (message: Message) => {
    if (message.type === "saved") act(message.route, message.version);
  };
  listeners.add(listener);
  return () => {
    listeners.delete(listener);
  };
}
