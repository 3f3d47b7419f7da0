/** Makes the words of the page known; they come with it, and not with the gallery. */
import { addWords } from "@/shared/i18n/translate";

import { en } from "./en";
import { fr } from "./fr";

addWords("en", { compare: en });
addWords("fr", { compare: fr });
