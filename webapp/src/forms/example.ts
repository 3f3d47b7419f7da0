/** A form filled with an example: the author's values, and files that come with the app. */
import { accepts } from "@/contract/checking";
import { faultOf } from "@/contract/checking";
import type { Field, FileField } from "@/contract/fields";
import type { JsonObject } from "@/shared/api/types";

import photo from "./examples/astronaut.jpg";
import letter from "./examples/letter.txt?url";

import type { ChosenByField, Form } from "./form";

interface Sample {
  name: string;
  type: string;
  url: string;
}

const SAMPLES: Sample[] = [
  { name: "astronaut.jpg", type: "image/jpeg", url: photo },
  { name: "letter.txt", type: "text/plain", url: letter },
];

/** Whether there is an example of everything that a route needs. */
export function hasExample(fields: Field[]): boolean {
  return (
    fields.length > 0 &&
    fields.every(
      (field) =>
        !field.required ||
        (field.kind === "file"
          ? sampleFor(field) !== undefined
          : faultOf(field, valueFor(field)) === undefined),
    )
  );
}

/** The form with an example; its files are fetched. */
export async function exampleOf(fields: Field[]): Promise<Form> {
  const values: JsonObject = {};
  const files: ChosenByField = {};
  for (const field of fields) {
    if (field.kind === "file") {
      const sample = field.required ? sampleFor(field) : undefined;
      if (sample) files[field.name] = [await fetched(sample)];
      continue;
    }
    // What is optional is left as it is: an example of it may not fit the others.
    const value = field.required ? valueFor(field) : field.default;
    if (value !== undefined && value !== null) values[field.name] = value;
  }
  return { values, files };
}

function valueFor(field: Exclude<Field, FileField>) {
  return field.default ?? field.example;
}

function sampleFor(field: FileField): Sample | undefined {
  if ((field.minItems ?? 0) > 1) return undefined;
  return SAMPLES.find(({ type }) => accepts(field, type));
}

async function fetched({ name, type, url }: Sample): Promise<File> {
  const response = await fetch(url);
  return new File([await response.blob()], name, { type });
}
