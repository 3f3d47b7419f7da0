/** Names for files that a call needs and nobody has chosen yet, for its code. */
import type { Field, FileField } from "@/contract/fields";
import { typeName } from "@/shared/format";

import type { NamedFiles } from "./snippet";

/** The files, and a name in the place of each that is needed and was not chosen. */
export function withNeededFiles(fields: Field[], files: NamedFiles): NamedFiles {
  const needed = fields.filter(
    (field): field is FileField =>
      field.kind === "file" && field.required && !files[field.name]?.length,
  );
  return {
    ...files,
    ...Object.fromEntries(
      needed.map((field) => [field.name, [{ name: nameFor(field) }]]),
    ),
  };
}

/** `photo.png` for a field `photo`. */
function nameFor({ name, types }: FileField): string {
  const ending = typeName(types[0] ?? "").toLowerCase();
  return /^[a-z0-9]{3,4}$/.test(ending) ? `${name}.${ending}` : name;
}
