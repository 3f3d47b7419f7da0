/** A real engine with real services, for the browser tests, on a free port. */
import { type ChildProcess, spawn } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";

const REPOSITORY = join(import.meta.dirname, "..", "..");
// On a machine with much else to do, Python alone needs half a minute to start.
export const START_MS = 300_000;

export interface Stack {
  url: string;
  /** Store a pipeline; fails if it is refused. */
  publish: (document: unknown) => Promise<void>;
  /** The one-time address at which the first administrator is made. */
  invitation: () => Promise<string>;
  stop: () => Promise<void>;
}

export async function freePort(): Promise<number> {
  const server = createServer().listen(0, "127.0.0.1");
  await new Promise((resolve) => server.once("listening", resolve));
  const address = server.address();
  server.close();
  if (address === null || typeof address === "string") throw new Error("no port");
  return address.port;
}

/** Start the engine and these services; resolves when all of them can be used. */
export async function startStack(
  services: string[],
  settings: Record<string, string> = {},
): Promise<Stack> {
  const port = await freePort();
  const data = mkdtempSync(join(tmpdir(), "webapp-e2e-"));
  const only = services.flatMap((service) => ["--only", service]);
  // Without the name of a service all of them would be started.
  const command = services.length > 0 ? ["up", ...only] : ["serve"];
  const child = spawn(
    join(REPOSITORY, ".venv", "bin", "marketplace"),
    [...command, "--port", String(port), "--data", data],
    {
      cwd: REPOSITORY,
      env: { ...process.env, ...settings },
      stdio: ["ignore", "pipe", "pipe"],
    },
  );
  let log = "";
  for (const stream of [child.stdout, child.stderr]) {
    stream.on("data", (chunk: Buffer) => (log += chunk.toString()));
  }

  const tellEnd = (code: number | null, signal: string | null) => {
    console.error(`the stack ended by itself (${String(code ?? signal)}):\n${log}`);
  };
  child.on("exit", tellEnd);
  const stop = async () => {
    child.off("exit", tellEnd);
    await ended(child);
    rmSync(data, { recursive: true, force: true });
  };
  const url = `http://127.0.0.1:${String(port)}`;
  try {
    // With accounts nobody is told of services who has not signed in.
    const isReady = async () =>
      services.length === 0
        ? await answers(`${url}/readyz`)
        : (await aliveServices(url)) >= services.length;
    await until(START_MS, isReady);
  } catch {
    await stop();
    throw new Error(`the stack did not start:\n${log}`);
  }
  return {
    url,
    stop,
    publish: (document) => publishDocument(url, document),
    invitation: async () => {
      // The engine listens a moment before it prints it.
      const address = () => /http\S+\/first-administrator#\S+/.exec(log)?.[0];
      await until(START_MS, () => Promise.resolve(address() !== undefined));
      return address() ?? "";
    },
  };
}

export async function publishDocument(url: string, document: unknown): Promise<void> {
  const answer = await fetch(`${url}/services`, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify(document),
  });
  if (!answer.ok) throw new Error(await answer.text());
}

async function ended(child: ChildProcess): Promise<void> {
  const over = new Promise((resolve) => child.once("exit", resolve));
  if (child.exitCode !== null || child.signalCode !== null) return;
  child.kill("SIGTERM");
  await over;
}

async function answers(address: string): Promise<boolean> {
  const response = await fetch(address).catch(() => undefined);
  return response?.ok === true;
}

/** How many services can be used; below 0: the engine does not answer. */
async function aliveServices(url: string): Promise<number> {
  const response = await fetch(`${url}/services`).catch(() => undefined);
  // With accounts it answers nobody who is not signed in: it answers.
  if (response?.status === 401) return 0;
  if (!response?.ok) return -1;
  const routes = (await response.json()) as { type: string; alive: boolean }[];
  return routes.filter((route) => route.type === "service" && route.alive).length;
}

/** Ask again and again until it is so. */
export async function until(
  timeoutMs: number,
  isSo: () => Promise<boolean>,
): Promise<void> {
  const end = Date.now() + timeoutMs;
  while (!(await isSo())) {
    if (Date.now() > end) throw new Error("it did not become so in time");
    await new Promise((resolve) => setTimeout(resolve, 200));
  }
}
