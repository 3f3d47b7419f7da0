/** What a value is, in words. */
import { elementOf, kindsOf, typesOf } from "@/pipeline/schemas";
import type { Schema } from "@/shared/api/types";
import { typeName } from "@/shared/format";

/** `number`, `PNG, JPEG`, `list of text`. */
export function typeWords(schema: Schema, t: (key: string) => string): string {
  const words = kindsOf(schema).map((kind) => {
    if (kind === "file") {
      const types = typesOf(schema).map(typeName);
      return types.length > 0 && types.length < 4
        ? types.join(", ")
        : t("canvas.type.file");
    }
    const element = kind === "array" ? elementOf(schema) : undefined;
    if (element) {
      const inner = typeWords(element, t);
      if (inner !== "") return `${t("canvas.type.list_of")} ${inner}`;
    }
    return t(`canvas.type.${kind}`);
  });
  return words.join(" | ");
}
