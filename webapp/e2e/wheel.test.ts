/** The wheel of the engine carries the app: an engine installed from it serves all of it. */
import assert from "node:assert/strict";
import { execFileSync, spawn } from "node:child_process";
import { mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";

import { freePort, until } from "./stack.ts";

const REPOSITORY = join(import.meta.dirname, "..", "..");
const PYTHON = join(REPOSITORY, ".venv", "bin", "python");
const START_MS = 60_000;
const LARGE_BYTES = 10_000;

let folder: string;
let url: string;
let stop: () => Promise<void>;

before(async () => {
  folder = mkdtempSync(join(tmpdir(), "webapp-wheel-"));
  const uv = join(REPOSITORY, ".venv", "bin", "uv");
  const build = ["build", "-q", "--wheel", "--no-build-isolation", "-p", PYTHON];
  execFileSync(uv, [...build, "-o", folder, REPOSITORY]);
  const wheel = readdirSync(folder).find((name) => name.endsWith(".whl")) ?? "";
  const site = join(folder, "site");
  execFileSync(PYTHON, ["-m", "zipfile", "-e", join(folder, wheel), site]);

  const port = await freePort();
  url = `http://127.0.0.1:${String(port)}`;
  const serve = ["-m", "engine.cli", "serve", "--port", String(port)];
  const engine = spawn(PYTHON, [...serve, "--data", join(folder, "data")], {
    cwd: folder,
    env: { ...process.env, PYTHONPATH: site },
    stdio: "ignore",
  });
  stop = async () => {
    const over = new Promise((resolve) => engine.once("exit", resolve));
    engine.kill("SIGTERM");
    await over;
  };
  await until(START_MS, async () => {
    const ready = await fetch(`${url}/readyz`).catch(() => undefined);
    return ready?.ok === true;
  });
});

after(async () => {
  await stop();
  rmSync(folder, { recursive: true, force: true });
});

test("an engine from the wheel serves the page and every file that it names", async () => {
  const page = await fetch(url, { headers: { accept: "text/html" } });
  const html = await page.text();
  const files = [...html.matchAll(/(?:src|href)="\.\/(assets\/[^"]+)"/g)];

  assert.match(page.headers.get("content-security-policy") ?? "", /'nonce-/);
  assert.ok(files.length > 1);
  for (const [, file] of files) {
    const answer = await fetch(`${url}/${String(file)}`, {
      headers: { "accept-encoding": "br" },
    });
    assert.equal(answer.status, 200, file);
    assert.match(answer.headers.get("cache-control") ?? "", /immutable/);
    // Small files are not worth it.
    const isLarge = (await answer.arrayBuffer()).byteLength > LARGE_BYTES;
    if (isLarge) assert.equal(answer.headers.get("content-encoding"), "br", file);
  }
});
