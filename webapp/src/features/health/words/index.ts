/** Makes the words of this page known; they come with it, and not with the gallery. */
import { addPage } from "@/shared/i18n";

import { en } from "./en";

addPage(en, async () => (await import("./fr")).fr);
