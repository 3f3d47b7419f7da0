/** An id that is made of a name: what addresses and commands have in its place. */

const MAX_CHARACTERS = 40;

/** `Art school` is `art-school`; accents are left out. */
export function idOf(name: string): string {
  return name
    .normalize("NFD")
    .replace(/\p{M}/gu, "")
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, "-")
    .slice(0, MAX_CHARACTERS)
    .replace(/^-+|-+$/g, "");
}
