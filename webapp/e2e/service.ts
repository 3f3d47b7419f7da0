/** A real service within the process of a test, which decides what it answers, and when. */
import { createServer, type IncomingMessage } from "node:http";
import type { AddressInfo } from "node:net";

/** What a service gives: an output, or why it has none. */
export type Answer = Record<string, unknown>;

export const FAILURE: Answer = {
  type: "error",
  message: "out of paper",
  retryable: true,
};

export interface Service {
  /** What came in, oldest first. */
  calls: unknown[];
  stop: () => Promise<void>;
}

const RETRY_MS = 300;
const ANNOUNCED_MS = 20_000;

/** Tells the engine how far the work is, or what it waits for. */
type Tell = (message: string) => Promise<void>;

/** Offer `answer` under a route of an engine, until it is stopped. */
export async function offer(
  engine: string,
  route: string,
  answer: (input: unknown, tell: Tell) => Answer | Promise<Answer>,
): Promise<Service> {
  const calls: unknown[] = [];
  let stopped = false;

  const server = createServer((request, response) => {
    void textOf(request).then((text) => {
      const query = new URL(request.url ?? "", "http://service").searchParams;
      const input: unknown = JSON.parse(text || "{}");
      calls.push(input);
      response.writeHead(202).end();
      void work(query.get("callback_url") ?? "", query.get("task_id") ?? "", input);
    });
  });

  // A result is brought until the engine has it: the engine may be away.
  async function work(callback: string, task: string, input: unknown): Promise<void> {
    const address = new URL(callback);
    address.searchParams.set("task_id", task);
    const send = (told: unknown) =>
      fetch(address, {
        method: "POST",
        body: JSON.stringify(told),
        headers: { "content-type": "application/json" },
      });

    const result = await answer(input, async (message) => {
      await send({ type: "progress", message });
    });
    while (!stopped) {
      const taken = await send(result).catch(() => undefined);
      if (taken && taken.status < 500) return;
      await new Promise((resolve) => setTimeout(resolve, RETRY_MS));
    }
  }

  server.listen(0, "127.0.0.1");
  await new Promise((resolve) => server.once("listening", resolve));
  const port = (server.address() as AddressInfo).port;
  const announce = () =>
    fetch(`${engine}/services`, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify({
        type: "service",
        url: `http://127.0.0.1:${String(port)}/calls`,
        api: { route, summary: `The service ${route} of a test`, body: {} },
      }),
    });
  const announced = await announce();
  if (!announced.ok) throw new Error(await announced.text());
  const again = setInterval(() => void announce().catch(() => undefined), ANNOUNCED_MS);

  return {
    calls,
    stop: async () => {
      stopped = true;
      clearInterval(again);
      const closed = new Promise((resolve) => server.close(resolve));
      server.closeAllConnections();
      await closed;
    },
  };
}

async function textOf(request: IncomingMessage): Promise<string> {
  let text = "";
  for await (const chunk of request) text += String(chunk);
  return text;
}

/** Something that a test lets go on when it wants. */
export class Gate {
  #open: () => void = () => undefined;
  readonly opened = new Promise<void>((resolve) => {
    this.#open = resolve;
  });

  open(): void {
    this.#open();
  }
}
