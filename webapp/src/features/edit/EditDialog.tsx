/** A dialog of the editor: open while the state of what is shown names it. */
import Dialog, { type DialogProps } from "@mui/material/Dialog";
import type { ReactNode } from "react";

import { type Dialog as Name, useUi } from "./ui";

/** It goes at once: keys that are pressed next are meant for what is behind it. */
export const GOES_AT_ONCE = { enter: 180, exit: 0 };

/** Marks the dialogs of which `useUi` says whether they are open. */
export const OF_EDITOR = "data-of-editor";

type EditDialogProps = Omit<
  DialogProps,
  "open" | "onClose" | "maxWidth" | "title" | "children"
> & {
  name: Name;
  width: DialogProps["maxWidth"];
  /** The id of its title, which says to everybody what it is; or `aria-label` does. */
  titleId?: string;
  children: (close: () => void) => ReactNode;
};

export function EditDialog(props: EditDialogProps) {
  const { name, width, titleId, children, ...others } = props;
  const isOpen = useUi((state) => state.dialog === name);
  const close = useUi((state) => state.closeDialog);

  return (
    <Dialog
      open={isOpen}
      onClose={close}
      fullWidth
      maxWidth={width}
      transitionDuration={GOES_AT_ONCE}
      aria-labelledby={titleId}
      {...{ [OF_EDITOR]: true }}
      {...others}
    >
      {children(close)}
    </Dialog>
  );
}
