/** The documents of several pipelines as one ZIP, each as the editor would export it. */
import { downloadZip } from "client-zip";

import { textOfJson } from "@/pipeline/text";
import { engine } from "@/shared/api/client";
import { save } from "@/shared/save";

/** Resolves with the routes whose documents one may not read. */
export async function exportAll(name: string, routes: string[]): Promise<string[]> {
  const left: string[] = [];
  const files: { name: string; input: string }[] = [];
  for (const route of routes) {
    const { pipeline } = await engine.route(route);
    // It is shared only to be run.
    if (!pipeline) left.push(route);
    else files.push({ name: `${route}.json`, input: `${textOfJson(pipeline)}\n` });
  }
  if (files.length > 0) save(name, await downloadZip(files).blob());
  return left;
}
