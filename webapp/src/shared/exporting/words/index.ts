/** Makes the words of an export known; they come with the pages that have one. */
import { addPage } from "@/shared/i18n";

import { en } from "./en";

addPage({ exporting: en }, async () => ({ exporting: (await import("./fr")).fr }));
