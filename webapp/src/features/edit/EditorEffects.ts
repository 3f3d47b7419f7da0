/**
 * What goes on beside the document while the editor is open, whatever view is shown.
 * It shows nothing: it follows every key, and what is shown must not be drawn for that.
 */
import { useEffect } from "react";

import { useMayEdit } from "@/shared/useAbout";

import { useChecking } from "./faults/useChecking";
import { setMayMake } from "./new/mayMake";
import { useAskForRoutes } from "./panel/knownRoutes";
import { useReadOnly } from "./store";
import { useSparedSteps } from "./try/reuse";
import { useFollowRun } from "./try/useFollowRun";

export function EditorEffects(): null {
  useAskForRoutes();
  const readOnly = useReadOnly();
  useChecking(!readOnly);
  useFollowRun();
  useSparedSteps();
  const mayEdit = useMayEdit();
  useEffect(() => {
    setMayMake(mayEdit);
  }, [mayEdit]);
  return null;
}
