/** A button that waits for what it has begun, and keeps the keyboard meanwhile. */
import Button, { type ButtonProps } from "@mui/material/Button";

interface BusyButtonProps extends ButtonProps {
  /** What it began is under way: it is drawn faint, and does nothing twice. */
  isBusy: boolean;
}

/**
 * `disabled` would take the focus away: the next key, Escape in a dialog too, would reach
 * nothing, and who uses a screen reader would begin at the top of the page again.
 */
export function BusyButton({ isBusy, onClick, ...others }: BusyButtonProps) {
  return (
    <Button
      {...others}
      aria-disabled={isBusy || undefined}
      onClick={(event) => {
        // Enter in a field of its form is a click on it too.
        if (isBusy) event.preventDefault();
        else onClick?.(event);
      }}
    />
  );
}
