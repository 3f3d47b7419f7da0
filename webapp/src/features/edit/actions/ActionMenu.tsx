/** A button that opens a menu of actions, each with its key. */
import Button, { type ButtonProps } from "@mui/material/Button";
import Menu from "@mui/material/Menu";
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
  const { t } = useTranslation();
  const [anchor, setAnchor] = useState<HTMLElement | null>(null);
  const close = () => {
    setAnchor(null);
  };

  return (
    <>
      <Button
        {...button}
        aria-haspopup="menu"
        onClick={({ currentTarget }) => {
          setAnchor(currentTarget);
        }}
      />
      <Menu anchorEl={anchor} open={anchor !== null} onClose={close}>
        {actions.map((action) => (
          <MenuItem
            key={action.id}
            dense
            disabled={!action.when()}
            onClick={() => {
              close();
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
    </>
  );
}
