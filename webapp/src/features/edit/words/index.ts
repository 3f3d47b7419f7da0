/** The words of the editor, which come with its page and not with the gallery. */
import i18next from "i18next";

import { canvas as canvasEn } from "./canvas.en";
import { canvas as canvasFr } from "./canvas.fr";
import { en } from "./en";
import { fr } from "./fr";

const WORDS = {
  en: { edit: en, canvas: canvasEn },
  fr: { edit: fr, canvas: canvasFr },
};
for (const [language, all] of Object.entries(WORDS)) {
  i18next.addResourceBundle(language, "translation", all, true);
}

/** A word outside of a component. */
export function words(key: string, values: Record<string, unknown> = {}): string {
  return i18next.t(key, values);
}
