/**
 * Makes `src/shared/api/schema.ts` from the engine's OpenAPI document: types of every
 * call and answer. With `--check` it only says whether the file is current.
 */
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";

import openapiTS, { astToString } from "openapi-typescript";
import prettier from "prettier";
import ts from "typescript";

const WEBAPP = join(import.meta.dirname, "..");
const DOCUMENT = join(WEBAPP, "..", "out", "openapi.json");
const TYPES = join(WEBAPP, "src", "shared", "api", "schema.ts");

const HEADER = `// Made by “make webapp-types” from the engine's OpenAPI document. Do not edit.
import type { Json } from "./json";

`;

const JSON_TYPE = ts.factory.createTypeReferenceNode("Json");

/** What a schema allows that says nothing is any JSON: the engine sends nothing else. */
function postTransform(type: ts.TypeNode): ts.TypeNode | undefined {
  return type.kind === ts.SyntaxKind.UnknownKeyword ? JSON_TYPE : undefined;
}

/** A schema that is not empty: of an empty one openapi-typescript makes `unknown`. */
const ANYTHING = { description: "" };

/**
 * Answers may have more fields than are promised. Types do not say so: they would let
 * a misspelt name pass.
 */
function closed(schema: unknown): unknown {
  if (Array.isArray(schema)) return schema.map(closed);
  if (schema === null || typeof schema !== "object") return schema;

  const entries = Object.entries(schema).map(([key, value]) => [key, closed(value)]);
  const inner = Object.fromEntries(entries) as Record<string, unknown>;
  // A name that the engine made of the field's own says nothing.
  if (typeof inner.title === "string") delete inner.title;
  if (inner.type !== "object") return inner;
  if (inner.properties) delete inner.additionalProperties;
  // An object of which nothing is said has any JSON in it.
  else if (typeof inner.additionalProperties !== "object") {
    inner.additionalProperties = ANYTHING;
  }
  return inner;
}

const document = closed(JSON.parse(readFileSync(DOCUMENT, "utf-8")));
const nodes = await openapiTS(document as Parameters<typeof openapiTS>[0], {
  postTransform,
  // Documents of pipelines lack what is left at its default.
  defaultNonNullable: false,
  alphabetize: true,
});
const style = await prettier.resolveConfig(TYPES);
const types = await prettier.format(HEADER + astToString(nodes), {
  ...style,
  parser: "typescript",
});

if (!process.argv.includes("--check")) {
  writeFileSync(TYPES, types);
} else if (readFileSync(TYPES, "utf-8") !== types) {
  console.error("schema.ts is not current: make webapp-types");
  process.exit(1);
}
