/** What the app offers to whom. The engine decides; this only spares useless buttons. */
import type { About } from "./api/types";

type Who = Pick<About, "auth" | "person">;

const EDITORS = ["author", "owner"];

/** Whether somebody may change pipelines, in one space at least. */
export function mayEdit({ auth, person }: Who): boolean {
  if (auth === "off") return true;
  if (!person?.scopes.includes("publish")) return false;
  const hasRole = Object.values(person.roles).some((role) => EDITORS.includes(role));
  return person.administrator || hasRole;
}

/** Whether people sign in here, and somebody has. */
export function isSignedIn({ auth, person }: Who): boolean {
  return auth !== "off" && person !== null;
}

/** Whether somebody has an account, and no role anywhere: there is nothing to see. */
export function isNowhere({ auth, person }: Who): boolean {
  if (auth === "off" || person === null || person.administrator) return false;
  return Object.keys(person.roles).length === 0;
}

/** Whether somebody decides on the members of a space. */
export function ownsSpace({ person }: Who, space: string): boolean {
  return person !== null && (person.administrator || person.roles[space] === "owner");
}
