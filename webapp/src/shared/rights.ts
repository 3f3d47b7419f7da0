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

/** Whether somebody has an account, and no role anywhere: there is nothing to see. */
export function isNowhere({ auth, person }: Who): boolean {
  if (auth === "off" || person === null || person.administrator) return false;
  return Object.keys(person.roles).length === 0;
}

/** Whether somebody decides on the members of a space. */
export function ownsSpace({ person }: Who, space: string): boolean {
  return person !== null && (person.administrator || person.roles[space] === "owner");
}

/**
 * The spaces whose schedules somebody sees and changes, by their ids; empty: the one
 * that the engine takes if none is named. Nobody else is offered any.
 */
export function scheduledSpaces({ auth, person }: Who): string[] {
  if (auth === "off") return [""];
  if (!person?.scopes.includes("manage")) return [];
  const owned = Object.entries(person.roles)
    .filter(([, role]) => person.administrator || role === "owner")
    .map(([space]) => space)
    .sort();
  // Administrators need no role there.
  return person.administrator && owned.length === 0 ? [""] : owned;
}

/** The spaces in which somebody has a role, or may change pipelines; by their ids. */
export function spacesOf({ auth, person }: Who, toEdit = false): string[] {
  if (auth === "off" || person === null) return [];
  return Object.entries(person.roles)
    .filter(([, role]) => !toEdit || EDITORS.includes(role))
    .map(([space]) => space)
    .sort();
}
