import type { Words } from "./en";

/** Les mots de l'exportation en français. */
export const fr: Words = {
  mine: "Exporter mes données",
  theirs: "Exporter ses données",
  received: "{{size}} reçus jusqu'ici. Le fichier est créé à mesure qu'il arrive.",
  begins: "Cela commence dans un instant …",
  cancel: "Annuler",
  saved: "{{name}} est enregistré : {{size}}.",
};
