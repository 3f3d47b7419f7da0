/**
 * What the pages load, by the build's own list of which file needs which.
 *
 * A file that several pages share counts for the first of them.
 */
import { readFileSync } from "node:fs";

const WEB = "../engine/src/engine/web";
const manifest = JSON.parse(
  readFileSync(new URL(`${WEB}/.vite/manifest.json`, import.meta.url), "utf-8"),
);

const NOTHING = /^$/;

/** The scripts of a module and all that it needs; what it loads later, where asked. */
function scriptsOf(key, later = NOTHING, seen = new Set()) {
  if (seen.has(key)) return [];
  seen.add(key);
  const { file, imports = [], dynamicImports = [] } = manifest[key];
  const loaded = dynamicImports.filter((name) => later.test(name));
  const needed = [...imports, ...loaded].flatMap((one) => scriptsOf(one, later, seen));
  return [file, ...needed].filter((name) => name.endsWith(".js"));
}

function page(path, later) {
  return scriptsOf(`src/features/${path}`, later);
}

const first = new Set([...scriptsOf("index.html"), ...page("run/RunPage.tsx")]);
const editor = new Set(
  [
    ...page("edit/EditPage.tsx", /features\/edit\/.*\/EditCanvas\.tsx$/),
    ...page("edit/new/NewPage.tsx"),
  ].filter((file) => !first.has(file)),
);
const code = new Set(
  page("edit/EditPage.tsx", /features\/edit\/((code|json)\/|.*\/EditCanvas)/).filter(
    (file) => !first.has(file) && !editor.has(file),
  ),
);
// Windows that are seldom opened; French is loaded only for those who read it.
const seldom = new Set(
  page("edit/EditPage.tsx", /features\/edit\/(?!words\/)/).filter(
    (file) => !first.has(file) && !editor.has(file) && !code.has(file),
  ),
);

const limits = [
  ["gallery and run page", first, "240 kB"],
  ["editor, more", editor, "180 kB"],
  ["code editor, more, when it is asked for", code, "165 kB"],
  ["windows of the editor that are seldom opened, more", seldom, "20 kB"],
];

export default limits
  .filter(([, files]) => files.size > 0)
  .map(([name, files, limit]) => ({
    name,
    path: [...files].map((file) => `${WEB}/${file}`),
    limit,
    gzip: true,
  }));
