import { expect, test } from "vitest";

import { csvOf } from "./csv";

test("a table is CSV, and no cell is a formula", () => {
  const rows = [
    { name: 'Ada "the" first', age: 36 },
    { name: "=cmd()", age: -1 },
    { name: null, more: [1] },
  ];

  expect(csvOf(["name", "age", "more"], rows)).toBe(
    'name,age,more\r\n"Ada ""the"" first",36,\r\n\'=cmd(),-1,\r\n,,[1]\r\n',
  );
});
