/** Which language the app speaks: the one chosen here, else the browser's. */
import i18next from "i18next";
import { initReactI18next } from "react-i18next";

import { en } from "./en";

export type Language = "en" | "fr";

const CHOSEN = "marketplace.language";

function wanted(): Language {
  const chosen = localStorage.getItem(CHOSEN) ?? navigator.language;
  return chosen.startsWith("fr") ? "fr" : "en";
}

/** Change the language, here and at the next visit. */
export async function speak(language: Language): Promise<void> {
  localStorage.setItem(CHOSEN, language);
  await learn(language);
  document.documentElement.lang = language;
  await i18next.changeLanguage(language);
}

/** French is loaded only for those who read it; English is what is shown without it. */
async function learn(language: Language): Promise<void> {
  // Loading it again costs nothing: the browser keeps modules.
  if (language !== "fr") return;
  const { fr } = await import("./fr");
  i18next.addResourceBundle("fr", "translation", fr, true);
}

/** Make the words ready; called once, before anything is shown. */
export async function startSpeaking(): Promise<void> {
  const language = wanted();
  await i18next.use(initReactI18next).init({
    lng: language,
    fallbackLng: "en",
    resources: { en: { translation: en } },
    partialBundledLanguages: true,
    // React escapes what it shows.
    interpolation: { escapeValue: false },
  });
  await learn(language);
  document.documentElement.lang = language;
}
