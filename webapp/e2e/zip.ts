/** ZIP files that pages have made. */
import { execFileSync } from "node:child_process";
import { join } from "node:path";

const PYTHON = join(import.meta.dirname, "../../.venv/bin/python");

/** Fails if a file is no whole ZIP file, sums included; what is in it. */
export function unzipped(path: string): string {
  execFileSync(PYTHON, ["-m", "zipfile", "-t", path]);
  return execFileSync(PYTHON, ["-m", "zipfile", "-l", path], { encoding: "utf-8" });
}
