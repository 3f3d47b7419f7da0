/** The words of the editor, which come with its page and not with the gallery. */
import { addPage, speech } from "@/shared/i18n";

import { canvas } from "./canvas.en";
import { en } from "./en";

addPage({ edit: en, canvas }, async () => (await import("./french")).french);

/** A word outside of a component. */
export function words(key: string, values: Record<string, unknown> = {}): string {
  return speech().t(key, values);
}
