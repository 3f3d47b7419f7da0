/** Which language the app speaks: the one chosen here, else the browser's. */
import { useSyncExternalStore } from "react";

import { en } from "./en";
import {
  addWords,
  type Language,
  type Translate,
  translateTo,
  type Words,
} from "./translate";

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

/** What brings the French words, of the whole app and of the pages that are loaded. */
const french = new Set<() => Promise<Words>>([async () => (await import("./fr")).fr]);

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

/** The words of pages that are loaded now, and are not there yet. */
const coming = new Set<Promise<void>>();

/** Add the words of a page. French is loaded only for those who read it. */
export function addPage(english: Words, loadFrench: () => Promise<Words>): void {
  addWords("en", english);
  french.add(loadFrench);
  if (current.i18n.language !== "fr") return;
  const learning = learn(loadFrench).then(() => {
    coming.delete(learning);
  });
  coming.add(learning);
}

/** Resolves when a page that was loaded can be shown in the language that is spoken. */
export async function wordsAreThere(): Promise<void> {
  await Promise.all(coming);
}

async function learn(load: () => Promise<Words>): Promise<void> {
  try {
    addWords("fr", await load());
  } catch {
    // The engine is away: what has no word in French is shown in English.
  }
}

async function change(language: Language): Promise<void> {
  // To load them again costs nothing.
  if (language === "fr") await Promise.all([...french].map(learn));
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
