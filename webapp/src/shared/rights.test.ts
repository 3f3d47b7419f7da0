/** Who is offered the editor. */
import { expect, test } from "vitest";

import type { About } from "./api/types";
import { isNowhere, mayEdit, ownsSpace, spacesOf } from "./rights";

type Person = NonNullable<About["person"]>;

const READER: Person = {
  administrator: false,
  id: "ada",
  name: "Ada",
  roles: { main: "reader" },
  scopes: ["read", "run", "publish"],
  token: "",
};

const PEOPLE: [string, Person | null, boolean][] = [
  ["nobody", null, false],
  ["a reader", READER, false],
  [
    "an author of any space",
    { ...READER, roles: { main: "reader", lab: "author" } },
    true,
  ],
  ["an owner", { ...READER, roles: { main: "owner" } }, true],
  ["an administrator", { ...READER, administrator: true, roles: {} }, true],
  [
    "an owner whose token is for reading",
    { ...READER, roles: { main: "owner" }, scopes: ["read"] },
    false,
  ],
];

test.each(PEOPLE)("with accounts, %s: %#", (_, person, expected) => {
  expect(mayEdit({ auth: "accounts", person })).toBe(expected);
});

test("without accounts everybody may", () => {
  expect(mayEdit({ auth: "off", person: null })).toBe(true);
});

test("who has an account and no role anywhere is nowhere", () => {
  const nora = { ...READER, roles: {} };

  expect(isNowhere({ auth: "accounts", person: nora })).toBe(true);
  expect(isNowhere({ auth: "accounts", person: READER })).toBe(false);
  expect(isNowhere({ auth: "oidc", person: { ...nora, administrator: true } })).toBe(
    false,
  );
  expect(isNowhere({ auth: "off", person: nora })).toBe(false);
});

test("the spaces of somebody, and those in which they edit", () => {
  const person = { ...READER, roles: { main: "reader", lab: "author", art: "owner" } };

  expect(spacesOf({ auth: "accounts", person })).toEqual(["art", "lab", "main"]);
  expect(spacesOf({ auth: "accounts", person }, true)).toEqual(["art", "lab"]);
  expect(spacesOf({ auth: "off", person })).toEqual([]);
  expect(ownsSpace({ auth: "accounts", person }, "art")).toBe(true);
  expect(ownsSpace({ auth: "accounts", person }, "lab")).toBe(false);
});
