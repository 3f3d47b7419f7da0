/** Who is offered the editor. */
import { expect, test } from "vitest";

import type { About } from "./api/types";
import { mayEdit } from "./rights";

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
