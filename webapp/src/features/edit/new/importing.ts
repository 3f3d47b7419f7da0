/** Several documents of files: what each would do, and doing it. */
import { type PipelineDocument, routeOf } from "@/pipeline/document";
import { readText } from "@/pipeline/reading";
import { engine, isUnknown } from "@/shared/api/client";

import { publish } from "../calls";

export type Unfit = "twice" | "no_route" | { code: string; place: string };

export interface Candidate {
  name: string;
  route: string;
  /** Undefined: it cannot be published, and `unfit` says why. */
  document: PipelineDocument | undefined;
  unfit: Unfit | undefined;
}

export interface NamedText {
  name: string;
  text: string;
}

/** What the texts are, in their order; of two with one route the first one counts. */
export function candidates(files: NamedText[]): Candidate[] {
  const seen = new Set<string>();
  return files.map(({ name, text }) => {
    const { document, problem } = readText(text);
    if (!document) {
      const unfit = { code: problem.code, place: problem.place };
      return { name, route: "", document: undefined, unfit };
    }
    const route = routeOf(document) ?? "";
    const unfit = route === "" ? "no_route" : seen.has(route) ? "twice" : undefined;
    seen.add(route);
    return { name, route, document: unfit ? undefined : document, unfit };
  });
}

/** The version that is current now, of the document; whether it was another one. */
export async function publishOver(
  route: string,
  document: PipelineDocument,
): Promise<{ version: string; isSame: boolean }> {
  const before = await currentOf(route);
  const { version } = await publish(document, before);
  return { version, isSame: version === before };
}

async function currentOf(route: string): Promise<string | undefined> {
  try {
    return (await engine.route(route)).version;
  } catch (error) {
    if (isUnknown(error)) return undefined;
    throw error;
  }
}
