/** Pipelines as files: written here, read from anybody. */
import { type PipelineDocument, routeOf } from "@/pipeline/document";
import { readText } from "@/pipeline/reading";
import { sharing } from "@/pipeline/sharing";
import { textOfJson } from "@/pipeline/text";
import { save } from "@/shared/save";

import { perform } from "../store";
import { useUi } from "../ui";
import { words } from "../words";

export function exportDocument(document: PipelineDocument): void {
  const text = `${textOfJson(document)}\n`;
  const content = new Blob([text], { type: "application/json" });
  save(`${routeOf(document) ?? "pipeline"}.json`, content);
}

/** Ask for a file, and put the document in it in the place of this one. */
export async function importDocument(): Promise<void> {
  const document = await chosenDocument();
  if (document) perform((before) => sharing(before, document), { select: [] });
}

/** The document of a file that is chosen; what is wrong with it is said. */
async function chosenDocument(): Promise<PipelineDocument | undefined> {
  const [file] = await chosenFiles(false);
  return file && documentOf(file);
}

/** The document of a file; what is wrong with it is said. */
export async function documentOf(file: File): Promise<PipelineDocument | undefined> {
  const { document, problem } = readText(await file.text());
  if (document) return document;
  const reason = words(`edit.unreadable.${problem.code}`, { place: problem.place });
  useUi.getState().tell({ text: words("edit.not_imported", { reason }) });
  return undefined;
}

/** Ask for a file, or for some. */
export function chosenFiles(areMany: boolean): Promise<File[]> {
  const input = window.document.createElement("input");
  input.type = "file";
  input.multiple = areMany;
  input.accept = "application/json,.json";
  return new Promise((resolve) => {
    input.addEventListener("change", () => {
      resolve([...(input.files ?? [])]);
    });
    input.addEventListener("cancel", () => {
      resolve([]);
    });
    input.click();
  });
}
