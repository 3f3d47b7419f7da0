/** A line below the views: what is wrong, or how a run went, and what can be done. */
import Box from "@mui/material/Box";
import type { ReactNode } from "react";

interface BottomBarProps {
  label: string;
  /** `status`: what stands there is read out when it changes. */
  role: "region" | "status";
  /** The colour of its upper edge, if something is wrong. */
  edge?: string;
  children: ReactNode;
}

export function BottomBar({ label, role, edge, children }: BottomBarProps) {
  return (
    <Box
      role={role}
      aria-label={label}
      sx={{
        display: "flex",
        flexWrap: "wrap",
        gap: 3,
        alignItems: "center",
        px: 4,
        py: 1,
        minHeight: 40,
        fontSize: 13,
        borderTop: edge === undefined ? "1px solid" : "2px solid",
        borderColor: edge ?? "divider",
        bgcolor: "background.paper",
      }}
    >
      {children}
    </Box>
  );
}
