import { importX } from "eslint-plugin-import-x";
import reactHooks from "eslint-plugin-react-hooks";
import tseslint from "typescript-eslint";

/** The floors of the house, lowest first. Imports go down only. */
const FLOORS = ["shared", "contract", "forms", "pipeline", "canvas", "features", "app"];

const zonesOfFloors = FLOORS.map((floor, height) => ({
  target: `./src/${floor}`,
  from: FLOORS.slice(height + 1).map((above) => `./src/${above}`),
  message: "imports go down only: " + FLOORS.join(" < "),
})).filter((zone) => zone.from.length > 0);

const FEATURES = [
  "gallery",
  "run",
  "task",
  "history",
  "health",
  "edit",
  "signin",
  "account",
  "admin",
];

const zonesOfFeatures = FEATURES.map((feature) => ({
  target: `./src/features/${feature}`,
  from: FEATURES.filter((other) => other !== feature).map(
    (other) => `./src/features/${other}`,
  ),
  message: "features never import each other: app/ composes them",
}));

export default tseslint.config(
  { ignores: ["node_modules", "src/shared/api/schema.ts"] },
  ...tseslint.configs.strict,
  // Without its settings no-cycle finds nothing: lint.test.ts plants a circle.
  importX.flatConfigs.typescript,
  {
    files: ["**/*.{ts,tsx}"],
    plugins: { "import-x": importX, "react-hooks": reactHooks },
    rules: {
      ...reactHooks.configs.recommended.rules,
      "import-x/no-cycle": "error",
      "import-x/no-default-export": "off",
      "import-x/no-restricted-paths": [
        "error",
        { zones: [...zonesOfFloors, ...zonesOfFeatures] },
      ],
      "@typescript-eslint/consistent-type-imports": "error",
      "no-restricted-syntax": [
        "error",
        {
          selector:
            'JSXOpeningElement[name.name="Button"] > JSXAttribute[name.name="disabled"] ' +
            "Identifier[name=/^(is)?(busy|pending|sending)$/i]",
          message: "disabled takes the focus away: use BusyButton",
        },
      ],
    },
  },
);
