/** Makes a brotli and a gzip form beside each file of the built app. */
import { readdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { brotliCompressSync, constants, gzipSync } from "node:zlib";

const ASSETS = join(
  import.meta.dirname,
  "..",
  "..",
  "engine",
  "src",
  "engine",
  "web",
  "assets",
);

// Below it the headers of another encoding cost as much as it saves.
const SMALLEST_BYTES = 1000;

// Fonts and pictures are compressed already.
const COMPRESSED = /\.(woff2|png|jpg|webp|br|gz)$/;

for (const name of readdirSync(ASSETS)) {
  const path = join(ASSETS, name);
  if (COMPRESSED.test(name) || statSync(path).size < SMALLEST_BYTES) continue;

  const content = readFileSync(path);
  const quality = { params: { [constants.BROTLI_PARAM_QUALITY]: 11 } };
  writeFileSync(`${path}.br`, brotliCompressSync(content, quality));
  writeFileSync(`${path}.gz`, gzipSync(content, { level: 9 }));
}
