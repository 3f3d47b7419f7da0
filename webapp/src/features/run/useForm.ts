/**
 * The form of the page: what a person typed, else what the task in the address was
 * given, else what the fields begin with.
 */
import { useMemo, useState } from "react";

import type { Field } from "@/contract/fields";
import type { RouteDetails } from "@/shared/api/types";

import { emptyForm, type Form } from "@/forms/form";
import type { Earlier } from "./sending";
import { useSent } from "./useSent";

interface PageForm {
  form: Form;
  /** What the task in the address was given, as soon as it is known. */
  given: Form | undefined;
  edit: (form: Form) => void;
}

export function useForm(
  route: RouteDetails,
  fields: Field[],
  task: string | undefined,
  started: Earlier | undefined,
): PageForm {
  const empty = useMemo(() => emptyForm(fields), [fields]);
  const [edited, setEdited] = useState<{ task: string | undefined; form: Form }>();

  const isOurs = task !== undefined && started?.task === task;
  const sent = useSent(isOurs ? undefined : task, route, fields);
  const given = isOurs ? started.form : sent;

  // Another task in the address has another form. Without one, as after “back”, the
  // last that was typed is still there.
  const isCurrent = edited && (task === undefined || edited.task === task);
  const form = isCurrent ? edited.form : (given ?? empty);

  return {
    form,
    given,
    edit: (changed) => {
      setEdited({ task, form: changed });
    },
  };
}
