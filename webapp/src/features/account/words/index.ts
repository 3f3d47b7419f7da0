/** Makes the words of these pages known; they come with them, and not with the gallery. */
import { addPage } from "@/shared/i18n";

import { en } from "./en";

addPage({ account_page: en }, async () => ({
  account_page: (await import("./fr")).fr,
}));
