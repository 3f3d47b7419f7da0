/** Makes the words of these pages known; they come with them, and not with the gallery. */
import { addPage } from "@/shared/i18n";

import { en } from "./en";

addPage({ signin: en }, async () => ({ signin: (await import("./fr")).fr }));
