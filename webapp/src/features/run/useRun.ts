/** Sending a form: how far it is, what went wrong, what was sent. */
import { useCallback, useRef, useState } from "react";

import { Unreachable } from "@/shared/api/client";
import { randomId } from "@/shared/randomId";
import { start, type Upload } from "@/shared/upload";

import type { Form } from "@/forms/form";
import { type Earlier, toSend } from "./sending";

export interface Sending {
  sent: number;
  total: number;
}

export function useRun(route: string, onStarted: (task: string) => void) {
  const [sending, setSending] = useState<Sending>();
  const [error, setError] = useState<unknown>();
  const upload = useRef<Upload>(undefined);
  // Beside the result the original is shown, without asking the engine for it.
  const [started, setStarted] = useState<Earlier>();
  // If the engine got a form and its answer was lost, sending the form again must not
  // start a second task.
  const unanswered = useRef<{ form: Form; key: string }>(undefined);

  const begin = useCallback(
    async (form: Form, earlier: Earlier | undefined) => {
      setError(undefined);
      setSending({ sent: 0, total: 0 });
      const known =
        unanswered.current?.form === form ? unanswered.current.key : undefined;
      const key = known ?? randomId();

      try {
        const what = await toSend(form, earlier);
        upload.current = start(route, { ...what, key }, (sent, total) => {
          setSending({ sent, total });
        });
        const task = await upload.current.started;
        unanswered.current = undefined;
        setStarted({ task, form });
        onStarted(task);
      } catch (failure) {
        if (failure instanceof Unreachable) unanswered.current = { form, key };
        const cancelled =
          failure instanceof DOMException && failure.name === "AbortError";
        if (!cancelled) setError(failure);
      } finally {
        setSending(undefined);
      }
    },
    [onStarted, route],
  );

  return {
    sending,
    error,
    started,
    start: (form: Form, earlier: Earlier | undefined) => void begin(form, earlier),
    cancel: () => upload.current?.cancel(),
  };
}
