/**
 * What goes on beside the document while the editor is open, whatever view is shown.
 * It shows nothing: it follows every key, and what is shown must not be drawn for that.
 */
import { useChecking } from "./faults/useChecking";
import { useAskForRoutes } from "./panel/knownRoutes";
import { useSparedSteps } from "./try/reuse";
import { useFollowRun } from "./try/useFollowRun";

export function EditorEffects(): null {
  useAskForRoutes();
  useChecking();
  useFollowRun();
  useSparedSteps();
  return null;
}
