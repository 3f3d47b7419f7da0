/** Makes the words of the page known; they come with it, and not with the gallery. */
import { addPage } from "@/shared/i18n";

import { en } from "./en";

addPage({ compare: en }, async () => ({ compare: (await import("./fr")).fr }));
