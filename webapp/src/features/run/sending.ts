/** What is sent to run a form: files of an earlier run stay where they are if they can. */
import { Unreachable } from "@/shared/api/client";
import type { JsonObject } from "@/shared/api/types";
import type { FilesByField } from "@/shared/upload";

import { type Chosen, type ChosenByField, type Form, isKept } from "@/forms/form";

/** What an ended task was given. */
export interface Earlier {
  task: string;
  form: Form;
}

export interface ToSend {
  values: JsonObject;
  files: FilesByField;
  /** The task that has the rest: what is sent takes the place of its parts. */
  continues: string | undefined;
}

/** Whether the new form only changes or adds to what the earlier task was given. */
export function canContinue(form: Form, earlier: Earlier | undefined): boolean {
  if (!earlier) return false;
  const hasKept = Object.values(form.files).flat().some(isKept);
  const keepsValues = Object.keys(earlier.form.values).every(
    (key) => key in form.values,
  );
  const keepsFiles = Object.entries(earlier.form.files).every(
    ([name, list]) => list.length === 0 || (form.files[name] ?? []).length > 0,
  );
  // A list in which only some files are new would take the place of the old one.
  const isMixed = Object.entries(form.files).some(
    ([name, list]) => list.some(isKept) && !isSame(list, earlier.form.files[name]),
  );
  return hasKept && keepsValues && keepsFiles && !isMixed;
}

function isSame(list: Chosen[], other: Chosen[] = []): boolean {
  const urlOf = (file: Chosen | undefined) =>
    file && isKept(file) ? file.url : undefined;
  return (
    list.length === other.length &&
    list.every((file, index) => isKept(file) && file.url === urlOf(other[index]))
  );
}

/** What to send; files that cannot stay in the earlier task are fetched from it. */
export async function toSend(
  form: Form,
  earlier: Earlier | undefined,
): Promise<ToSend> {
  if (canContinue(form, earlier)) {
    return {
      values: form.values,
      files: withoutKept(form.files),
      continues: earlier?.task,
    };
  }

  const files: FilesByField = {};
  for (const [name, list] of Object.entries(form.files)) {
    files[name] = await Promise.all(list.map(ownFile));
  }
  return { values: form.values, files, continues: undefined };
}

function withoutKept(files: ChosenByField): FilesByField {
  const entries = Object.entries(files).map(([name, list]): [string, File[]] => [
    name,
    list.filter((file): file is File => !isKept(file)),
  ]);
  return Object.fromEntries(entries);
}

async function ownFile(file: Chosen): Promise<File> {
  if (!isKept(file)) return file;
  const response = await fetch(file.url).catch(() => {
    throw new Unreachable();
  });
  return new File([await response.blob()], file.name, { type: file.type });
}
