/** Makes the words of these pages known; they come with them, and not with the gallery. */
import { addWords } from "@/shared/i18n/translate";

import { en } from "./en";
import { fr } from "./fr";

addWords("en", { account_page: en });
addWords("fr", { account_page: fr });
