/** What can be done with the steps that are chosen, for those who look for it there. */
import { useTranslation } from "@/shared/i18n";

import type { Action } from "../actions/action";
import { ActionList, ActionMenu } from "../actions/ActionMenu";
import { Glyph } from "../actions/Glyph";
import { useActions } from "../actions/registry";
import { setCanvas, useCanvas } from "../canvas/canvasState";

const OFFERED =
  "add connect rename run-up-to duplicate cut copy paste into-loop out-of-loop delete";

function useStepActions(): Action[] {
  const actions = useActions();
  return OFFERED.split(" ").flatMap((id) =>
    actions.filter((action) => action.id === id),
  );
}

/** Its button, beside the name of a step. */
export function StepMenu() {
  const { t } = useTranslation();
  return (
    <ActionMenu
      aria-label={t("canvas.step_menu")}
      actions={useStepActions()}
      size="small"
      color="inherit"
      sx={{ minWidth: 32 }}
    >
      <Glyph name="more" />
    </ActionMenu>
  );
}

/** The same at the pointer: a step was pressed with the other button of the mouse. */
export function MenuAtPointer() {
  const at = useCanvas((state) => state.menu);
  const actions = useStepActions();
  return (
    <ActionList
      open={at !== undefined}
      anchorReference="anchorPosition"
      anchorPosition={{ left: at?.x ?? 0, top: at?.y ?? 0 }}
      // It goes at once: what was chosen may open another window.
      transitionDuration={0}
      actions={actions}
      onClose={() => {
        setCanvas({ menu: undefined });
      }}
    />
  );
}
