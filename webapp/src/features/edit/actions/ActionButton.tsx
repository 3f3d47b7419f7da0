/** An action of the registry as a button, with its key in the tooltip. */
import Button, { type ButtonProps } from "@mui/material/Button";

import { useTranslation } from "@/shared/i18n";

import { useEdit } from "../store";
import { useUi } from "../ui";
import { shownKeys } from "./keys";
import { actionCalled } from "./registry";

interface ActionButtonProps extends Omit<ButtonProps, "action" | "onClick"> {
  action: string;
}

export function ActionButton({ action: id, children, ...props }: ActionButtonProps) {
  const { t } = useTranslation();
  const action = actionCalled(id);
  // Whether it can be done depends on what is edited and shown.
  useEdit(action.when);
  useUi(action.when);
  const label = t(action.label);
  const keys = action.keys?.[0];

  return (
    <Button
      size="small"
      color="inherit"
      disabled={!action.when()}
      title={keys ? `${label} (${shownKeys(keys)})` : label}
      {...(children !== undefined && { "aria-label": label })}
      onClick={action.perform}
      {...props}
    >
      {children ?? label}
    </Button>
  );
}
