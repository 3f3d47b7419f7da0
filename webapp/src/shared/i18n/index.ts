/** Which language the app speaks: the one chosen here, else the browser's. */
import { useSyncExternalStore } from "react";

import { en } from "./en";
import { addWords, type Language, type Translate, translateTo } from "./translate";

export type { Language };

export interface Speech {
  t: Translate;
  i18n: { language: Language };
}

const CHOSEN = "marketplace.language";

const SPEECH: Record<Language, Speech> = {
  en: { t: translateTo("en"), i18n: { language: "en" } },
  fr: { t: translateTo("fr"), i18n: { language: "fr" } },
};

let current = SPEECH.en;
const listeners = new Set<() => void>();

addWords("en", en);

/** The words of the language that is spoken: shown anew when another one is chosen. */
export function useTranslation(): Speech {
  return useSyncExternalStore(listen, speech);
}

/** The same outside of a component. */
export function speech(): Speech {
  return current;
}

/** Change the language, here and at the next visit. */
export async function speak(language: Language): Promise<void> {
  localStorage.setItem(CHOSEN, language);
  await change(language);
}

/** Make the words ready; called once, before anything is shown. */
export async function startSpeaking(): Promise<void> {
  const language = localStorage.getItem(CHOSEN) ?? navigator.language;
  await change(language.startsWith("fr") ? "fr" : "en");
}

async function change(language: Language): Promise<void> {
  // French is loaded only for those who read it. Loading it again costs nothing.
  if (language === "fr") addWords("fr", (await import("./fr")).fr);
  document.documentElement.lang = language;
  current = SPEECH[language];
  for (const tell of listeners) tell();
}

function listen(tell: () => void): () => void {
  listeners.add(tell);
  return () => {
    listeners.delete(tell);
  };
}
