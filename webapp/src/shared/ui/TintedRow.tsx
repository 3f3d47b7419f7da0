/** A row of a table that lights up for a moment when something of it has changed. */
import Box from "@mui/material/Box";
import { type ReactNode, useEffect, useRef } from "react";

const TINT_MS = 600;
const TINT = "light-dark(#2b5fd026, #8fb4ff33)";

interface TintedRowProps {
  /** Whether it has changed since the list was last read. */
  changed: boolean;
  /** What of it matters. */
  mark: string;
  children: ReactNode;
}

export function TintedRow({ changed, mark, children }: TintedRowProps) {
  const row = useRef<HTMLTableRowElement>(null);

  useEffect(() => {
    // The row itself stays: who has reached a link in it by keyboard is still there.
    if (!changed || matchMedia("(prefers-reduced-motion: reduce)").matches) return;
    row.current?.animate([{ backgroundColor: TINT }, {}], {
      duration: TINT_MS,
      easing: "ease-out",
    });
  }, [changed, mark]);

  return (
    <Box component="tr" ref={row} data-changed={changed || undefined}>
      {children}
    </Box>
  );
}
