/** The words of the editor, which come with its page and not with the gallery. */
import { speech } from "@/shared/i18n";
import { addWords } from "@/shared/i18n/translate";

import { canvas as canvasEn } from "./canvas.en";
import { canvas as canvasFr } from "./canvas.fr";
import { en } from "./en";
import { fr } from "./fr";

addWords("en", { edit: en, canvas: canvasEn });
addWords("fr", { edit: fr, canvas: canvasFr });

/** A word outside of a component. */
export function words(key: string, values: Record<string, unknown> = {}): string {
  return speech().t(key, values);
}
