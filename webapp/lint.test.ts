/** The import rules bite: planted faults are found. */
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";

import { ESLint } from "eslint";
import { expect, test } from "vitest";

async function rulesBroken(folder: string, files: Record<string, string>) {
  const place = mkdtempSync(join(import.meta.dirname, "src", folder, "planted-"));
  try {
    for (const [name, text] of Object.entries(files)) {
      writeFileSync(join(place, name), text);
    }
    const results = await new ESLint({ cwd: import.meta.dirname }).lintFiles(place);
    return results.flatMap(({ messages }) => messages.map(({ ruleId }) => ruleId));
  } finally {
    rmSync(place, { recursive: true });
  }
}

test("a circle of imports is found", { timeout: 60_000 }, async () => {
  const rules = await rulesBroken("shared", {
    "one.ts": 'import { two } from "./two";\nexport const one = () => two;\n',
    "two.ts": 'import { one } from "./one";\nexport const two = () => one;\n',
  });

  expect(rules).toContain("import-x/no-cycle");
});

test(
  "a busy button that takes the focus away is found",
  { timeout: 60_000 },
  async () => {
    const rules = await rulesBroken("shared", {
      "planted.tsx":
        'import Button from "@mui/material/Button";\n' +
        "export const one = (isBusy: boolean, isEmpty: boolean) => (\n" +
        "  <Button disabled={isEmpty || isBusy}>Send</Button>\n" +
        ");\n",
    });

    expect(rules).toEqual(["no-restricted-syntax"]);
  },
);

test.each([
  ["shared", "@/features/run/snippet", "resultsOf"],
  ["features/gallery", "@/features/run/snippet", "resultsOf"],
])("%s may not import %s", { timeout: 60_000 }, async (folder, from, name) => {
  const rules = await rulesBroken(folder, {
    "up.ts": `import { ${name} } from "${from}";\nexport const up = ${name};\n`,
  });

  expect(rules).toContain("import-x/no-restricted-paths");
});
