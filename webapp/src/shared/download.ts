/** Downloads what the engine makes while it sends it, and goes on where it broke off. */
import { apiUrl, Problem, problemOf, Unreachable } from "./api/client";

const AGAIN_MS = 2000;
/** Without a byte between them; then whoever waits is told. */
const TRIES = 30;
/** So much is handed over at a time to the browser, which keeps it on its disk. */
const GATHERED_BYTES = 8 << 20;
const PARTIAL_CONTENT = 206;
const UNAVAILABLE = 503;

/** Download a file; `onReceived` hears of each piece how much is there. */
export async function download(
  path: string,
  signal: AbortSignal,
  onReceived: (bytes: number) => void,
): Promise<Blob> {
  const received = new Received();
  let tries = 0;
  for (;;) {
    const before = received.size;
    try {
      await receive(path, received, signal, onReceived);
      return received.content;
    } catch (error) {
      tries = received.size > before ? 0 : tries + 1;
      if (signal.aborted || tries >= TRIES || !isPassing(error, before > 0)) {
        throw error;
      }
      await rest(signal);
    }
  }
}

async function receive(
  path: string,
  received: Received,
  signal: AbortSignal,
  onReceived: (bytes: number) => void,
): Promise<void> {
  const response = await fetch(apiUrl(path), {
    headers: received.asked(),
    signal,
    cache: "no-store",
  });
  if (!response.ok) {
    const type = response.headers.get("content-type");
    throw problemOf(response.status, type, await response.text());
  }
  // It is another file by now, or none of it was there.
  if (response.status !== PARTIAL_CONTENT) received.begin(response.headers.get("etag"));

  const reader = response.body?.getReader();
  for (;;) {
    const piece = await reader?.read();
    if (piece?.value === undefined) return;
    received.take(piece.value as Uint8Array<ArrayBuffer>);
    onReceived(received.size);
  }
}

/** What has come of a file so far. */
class Received {
  size = 0;
  #tag: string | null = null;
  #kept = new Blob();
  #pieces: Uint8Array<ArrayBuffer>[] = [];
  #gathered = 0;

  get content(): Blob {
    return new Blob([this.#kept, ...this.#pieces], { type: this.#kept.type });
  }

  /** The headers that ask for the rest; for all, if nothing is there. */
  asked(): Record<string, string> {
    if (this.#tag === null || this.size === 0) return {};
    return { range: `bytes=${String(this.size)}-`, "if-range": this.#tag };
  }

  begin(tag: string | null): void {
    this.#tag = tag;
    this.#kept = new Blob();
    this.#pieces = [];
    this.#gathered = 0;
    this.size = 0;
  }

  take(piece: Uint8Array<ArrayBuffer>): void {
    this.size += piece.length;
    this.#pieces.push(piece);
    this.#gathered += piece.length;
    if (this.#gathered < GATHERED_BYTES) return;
    this.#kept = this.content;
    this.#pieces = [];
    this.#gathered = 0;
  }
}

/** Whether a failure may be over in a moment. */
function isPassing(error: unknown, hasBegun: boolean): boolean {
  if (error instanceof Problem) return hasBegun && error.body.status === UNAVAILABLE;
  // The network breaks off with a TypeError.
  return error instanceof Unreachable || error instanceof TypeError;
}

function rest(signal: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    const timer = window.setTimeout(resolve, AGAIN_MS);
    signal.addEventListener(
      "abort",
      () => {
        window.clearTimeout(timer);
        reject(new DOMException("cancelled", "AbortError"));
      },
      { once: true },
    );
  });
}
