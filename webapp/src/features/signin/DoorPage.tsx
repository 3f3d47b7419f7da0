/** The frame of what is shown to somebody who is not signed in: one narrow column. */
import Box from "@mui/material/Box";
import Typography from "@mui/material/Typography";
import type { ReactNode } from "react";

import { Page } from "@/shared/ui/Page";

interface DoorPageProps {
  title: string;
  words: string;
  children?: ReactNode;
}

export function DoorPage({ title, words, children }: DoorPageProps) {
  return (
    <Page title={title} width={460}>
      <Typography color="textSecondary" sx={{ mb: 6 }}>
        {words}
      </Typography>
      <Box sx={{ display: "grid", gap: 4 }}>{children}</Box>
    </Page>
  );
}
