import type { Words } from "./en";

/** Les mots de la connexion en français. */
export const fr: Words = {
  title: "Connexion",
  name: "Nom",
  password: "Mot de passe",
  action: "Se connecter",
  ask: "Sans compte, adressez-vous à un administrateur.",
  at_provider: "Connectez-vous avec le compte de votre organisation.",
  off: "Ce moteur n'a pas de comptes : tout est fait par une seule personne.",
  go_on: "Continuer",
  already: "Vous êtes connecté en tant que {{name}}.",
  wrong: "Le nom et le mot de passe ne vont pas ensemble.",
  too_many:
    "Trop de mots de passe erronés. Attendez un moment, puis réessayez : l'attente double à chaque fois.",
  used_up:
    "Cette adresse a déjà servi, ou a plus d'une heure. Redémarrez le moteur : il en affiche une autre tant qu'il n'y a pas d'administrateur.",
  first: "Premier administrateur",
  first_words: "Vous pourrez tout faire ici, et créer des comptes pour les autres.",
  first_action: "Créer le compte",
  not_whole:
    "L'adresse est incomplète. Ouvrez toute la ligne que le moteur a affichée, avec ce qui suit le #.",
  password_help:
    "{{least}} caractères au moins ; plusieurs mots se retiennent facilement.",
  over: "Vous n'êtes plus connecté",
  over_words:
    "Reconnectez-vous pour continuer. Rien de ce que vous avez saisi n'est perdu.",
  over_provider:
    "Reconnectez-vous, dans une autre fenêtre, et revenez ici. Rien de ce que vous avez saisi n'est perdu.",
};
