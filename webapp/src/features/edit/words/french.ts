/** The French words of the editor, in one file that is loaded for those who read them. */
import { canvas } from "./canvas.fr";
import { fr } from "./fr";

export const french = { edit: fr, canvas };
