/** Kills the engine of a stack, as a crash would: what supervises it starts it anew. */
import { readdirSync, readFileSync } from "node:fs";

function argumentsOf(process: string): string[] {
  try {
    return readFileSync(`/proc/${process}/cmdline`, "utf-8").split("\0");
  } catch {
    // It has ended meanwhile.
    return [];
  }
}

/** Send SIGKILL to the processes of the engine that listens at an address. */
export function killEngine(url: string): void {
  const port = new URL(url).port;
  const engines = readdirSync("/proc").filter((name) => {
    if (!/^\d+$/.test(name)) return false;
    const words = argumentsOf(name);
    return words.includes("engine.cli") && words[words.indexOf("--port") + 1] === port;
  });
  if (engines.length === 0) throw new Error(`no engine listens at ${url}`);
  for (const engine of engines) process.kill(Number(engine), "SIGKILL");
}
