/** The frame of a page: its title, its width, what it says while it loads. */
import Box from "@mui/material/Box";
import Typography from "@mui/material/Typography";
import { type ReactNode, useEffect, useRef } from "react";

import { useTranslation } from "@/shared/i18n";

import { hasMoved } from "./moved";

interface PageProps {
  title: string;
  /** Beside the title. */
  aside?: ReactNode;
  width?: number;
  children: ReactNode;
}

export function Page({ title, aside, width = 1080, children }: PageProps) {
  const { t } = useTranslation();
  useEffect(() => {
    document.title = `${title} · ${t("app")}`;
  }, [t, title]);

  const main = useRef<HTMLElement>(null);
  useEffect(() => {
    // The link that led here is gone, and the focus with it.
    const isLost = document.activeElement === document.body;
    if (isLost && hasMoved()) main.current?.focus({ preventScroll: true });
  }, []);

  return (
    <Box
      component="main"
      ref={main}
      id="content"
      tabIndex={-1}
      sx={{
        width: "100%",
        maxWidth: width,
        mx: "auto",
        px: { xs: 4, sm: 6 },
        py: { xs: 6, sm: 8 },
        outline: "none",
      }}
    >
      <Box
        sx={{
          display: "flex",
          flexWrap: "wrap",
          columnGap: 4,
          rowGap: 3,
          alignItems: "center",
          justifyContent: "space-between",
          // What follows stays in its place when the buttons come or go.
          minHeight: { sm: 40 },
          mb: 6,
        }}
      >
        <Typography variant="h1" sx={{ overflowWrap: "anywhere" }}>
          {title}
        </Typography>
        {aside}
      </Box>
      {children}
    </Box>
  );
}
