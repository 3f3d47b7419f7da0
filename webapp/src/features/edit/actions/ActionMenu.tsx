/** A button that opens a menu of actions, each with its key. */
import Button, { type ButtonProps } from "@mui/material/Button";
import Menu, { type MenuProps } from "@mui/material/Menu";
import MenuItem from "@mui/material/MenuItem";
import Typography from "@mui/material/Typography";
import { useState } from "react";

import { useTranslation } from "@/shared/i18n";

import type { Action } from "./action";
import { shownKeys } from "./keys";

type ActionMenuProps = Omit<ButtonProps, "onClick" | "action"> & {
  /** What the button is called: it has no words. */
  "aria-label": string;
  actions: readonly Action[];
};

export function ActionMenu({ actions, ...button }: ActionMenuProps) {
  const [anchor, setAnchor] = useState<HTMLElement | null>(null);

  return (
    <>
      <Button
        {...button}
        aria-haspopup="menu"
        onClick={({ currentTarget }) => {
          setAnchor(currentTarget);
        }}
      />
      <ActionList
        anchorEl={anchor}
        open={anchor !== null}
        actions={actions}
        onClose={() => {
          setAnchor(null);
        }}
      />
    </>
  );
}

interface ActionListProps extends MenuProps {
  actions: readonly Action[];
  onClose: () => void;
}

/** The menu itself, wherever it opens. */
export function ActionList({ actions, onClose, ...menu }: ActionListProps) {
  const { t } = useTranslation();
  return (
    <Menu {...menu} onClose={onClose}>
      {actions.map((action) => (
        <MenuItem
          key={action.id}
          dense
          disabled={!action.when()}
          onClick={() => {
            onClose();
            action.perform();
          }}
          sx={{ justifyContent: "space-between", gap: 6 }}
        >
          {t(action.label)}
          <Typography component="kbd" variant="caption" color="textSecondary">
            {action.keys?.[0] && shownKeys(action.keys[0])}
          </Typography>
        </MenuItem>
      ))}
    </Menu>
  );
}
