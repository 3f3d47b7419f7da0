/** Pipelines as files: written here, read from anybody. */
import { type PipelineDocument, routeOf } from "@/pipeline/document";
import { readText } from "@/pipeline/reading";
import { sharing } from "@/pipeline/sharing";
import { textOfJson } from "@/pipeline/text";

import { perform } from "../store";
import { useUi } from "../ui";
import { words } from "../words";

export function exportDocument(document: PipelineDocument): void {
  const text = `${textOfJson(document)}\n`;
  const address = URL.createObjectURL(new Blob([text], { type: "application/json" }));
  const link = window.document.createElement("a");
  link.href = address;
  link.download = `${routeOf(document) ?? "pipeline"}.json`;
  link.click();
  URL.revokeObjectURL(address);
}

/** Ask for a file, and put the document in it in the place of this one. */
export async function importDocument(): Promise<void> {
  const document = await chosenDocument();
  if (document) perform((before) => sharing(before, document), { select: [] });
}

/** The document of a file that is chosen; what is wrong with it is said. */
export async function chosenDocument(): Promise<PipelineDocument | undefined> {
  const file = await chosenFile();
  if (!file) return undefined;

  const { document, problem } = readText(await file.text());
  if (document) return document;
  const reason = words(`edit.unreadable.${problem.code}`, { place: problem.place });
  useUi.getState().tell({ text: words("edit.not_imported", { reason }) });
  return undefined;
}

function chosenFile(): Promise<File | undefined> {
  const input = window.document.createElement("input");
  input.type = "file";
  input.accept = "application/json,.json";
  return new Promise((resolve) => {
    input.addEventListener("change", () => {
      resolve(input.files?.[0]);
    });
    input.addEventListener("cancel", () => {
      resolve(undefined);
    });
    input.click();
  });
}
