/** Follows the session: it ends, comes back, or becomes that of somebody else. */
import { useQueryClient } from "@tanstack/react-query";
import { useLocation } from "@tanstack/react-router";
import { lazy, Suspense, useCallback, useEffect, useState } from "react";

import { apiUrl } from "@/shared/api/client";
import { wordsAreThere } from "@/shared/i18n";
import {
  isAtDoor,
  onTold,
  sessionIsBack,
  sessionIsOver,
  tellWindows,
  useSessionIsOver,
} from "@/shared/session";
import { useAbout } from "@/shared/useAbout";

const OverDialog = lazy(async () => {
  const { OverDialog: component } = await import("@/features/signin/OverDialog");
  await wordsAreThere();
  return { default: component };
});

export function Session() {
  const about = useAbout();
  const client = useQueryClient();
  const isOver = useSessionIsOver();
  const who = useWhoWasHere();
  const hasAccounts = about !== undefined && about.auth !== "off";

  const goOn = useCallback(
    (person: string) => {
      if (who === undefined) return;
      // What is shown, and typed, belongs to somebody else.
      if (who.id !== person) window.location.reload();
      else if (isOver) {
        sessionIsBack();
        void client.invalidateQueries();
      }
    },
    [client, isOver, who],
  );

  useEffect(
    () =>
      onTold((told) => {
        if (told.type === "in") goOn(told.person);
        else sessionIsOver();
      }),
    [goOn],
  );

  // It ended while the page was on its way: nothing was typed in it yet.
  const isOutside = useLocation({ select: isAtDoor });
  const isStranger = hasAccounts && about.person === null && who === undefined;
  useEffect(() => {
    if (!isStranger || isOutside) return;
    const { pathname, search } = window.location;
    const next = encodeURIComponent(pathname + search);
    window.location.replace(apiUrl(`sign-in?next=${next}`));
  }, [isStranger, isOutside]);

  // The others need not find out by themselves: hidden ones ask for nothing.
  useEffect(() => {
    if (isOver) tellWindows({ type: "out" });
  }, [isOver]);

  // A window that was opened to sign in at the provider tells the one that waits.
  const id = about?.person?.id;
  useEffect(() => {
    if (hasAccounts && id !== undefined) tellWindows({ type: "in", person: id });
  }, [hasAccounts, id]);

  if (!isOver || who === undefined) return null;
  return (
    <Suspense>
      <OverDialog
        name={who.name}
        onBack={(person) => {
          tellWindows({ type: "in", person });
          goOn(person);
        }}
      />
    </Suspense>
  );
}

/** Who was signed in when the window was opened; undefined: nobody, so nothing ends. */
function useWhoWasHere() {
  const person = useAbout()?.person ?? undefined;
  const [first, setFirst] = useState(person);
  if (first === undefined && person !== undefined) setFirst(person);
  return first;
}
