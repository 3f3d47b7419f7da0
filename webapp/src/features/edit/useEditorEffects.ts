/** What goes on beside the document while the editor is open, whatever view is shown. */
import { useChecking } from "./faults/useChecking";
import { useAskForRoutes } from "./panel/knownRoutes";
import { useSparedSteps } from "./try/reuse";
import { useFollowRun } from "./try/useFollowRun";

export function useEditorEffects(): void {
  useAskForRoutes();
  useChecking();
  useFollowRun();
  useSparedSteps();
}
