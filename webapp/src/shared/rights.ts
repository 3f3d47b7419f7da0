/** What the app offers to whom. The engine decides; this only spares useless buttons. */
import type { About } from "./api/types";

const EDITORS = ["author", "owner"];

/** Whether somebody may change pipelines, in one space at least. */
export function mayEdit({ auth, person }: Pick<About, "auth" | "person">): boolean {
  if (auth === "off") return true;
  if (!person?.scopes.includes("publish")) return false;
  const hasRole = Object.values(person.roles).some((role) => EDITORS.includes(role));
  return person.administrator || hasRole;
}
