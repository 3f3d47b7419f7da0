/** Makes the words of these pages known; they come with them, and not with the gallery. */
import { addWords } from "@/shared/i18n/translate";

import { en } from "./en";
import { fr } from "./fr";

addWords("en", { admin: en });
addWords("fr", { admin: fr });
