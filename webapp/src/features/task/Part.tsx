/** A part of the panel of a run, below a quiet title. */
import Box from "@mui/material/Box";
import Typography from "@mui/material/Typography";
import type { ReactNode } from "react";

export function Part({ title, children }: { title: string; children: ReactNode }) {
  return (
    <Box sx={{ mt: 5 }}>
      <Typography variant="h3" color="textSecondary" sx={{ mb: 2, fontSize: 12 }}>
        {title}
      </Typography>
      {children}
    </Box>
  );
}
