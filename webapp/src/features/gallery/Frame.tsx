/** What all cards of the gallery are: a frame that leads, as a whole, to its route. */
import Paper from "@mui/material/Paper";
import type { SxProps } from "@mui/material/styles";
import Typography from "@mui/material/Typography";
import type { ReactNode, Ref } from "react";

import type { Route } from "@/shared/api/types";
import { useTranslation } from "@/shared/i18n";
import { missingWords } from "@/shared/missing";
import { AppLink } from "@/shared/ui/LinkButton";

interface FrameProps {
  route: Route;
  ref?: Ref<HTMLElement>;
  sx: SxProps;
  children: ReactNode;
}

export function Frame({ route, ref, sx, children }: FrameProps) {
  return (
    <Paper
      component="article"
      {...(ref && { ref })}
      sx={[
        {
          // The link in the title is laid over all of it.
          position: "relative",
          gap: 2,
          borderRadius: 1.5,
          borderStyle: route.alive ? "solid" : "dashed",
          bgcolor: route.alive ? "background.paper" : "transparent",
          transition: "box-shadow 120ms",
          "&:hover, &:focus-within": { boxShadow: "0 4px 20px #0002" },
        },
        ...(Array.isArray(sx) ? (sx as object[]) : [sx as object]),
      ]}
    >
      {children}
    </Paper>
  );
}

export function FrameTitle({ route }: { route: Route }) {
  return (
    <Typography
      variant="h3"
      lang="en"
      sx={{ lineHeight: 1.4, overflowWrap: "anywhere" }}
    >
      <AppLink
        to="/run/$route"
        params={{ route: route.route }}
        underline="none"
        color={route.alive ? "textPrimary" : "textSecondary"}
        sx={{ "&::after": { content: '""', position: "absolute", inset: 0 } }}
      >
        {route.summary || route.route}
      </AppLink>
    </Typography>
  );
}

/** Why it cannot run, and what to do about that. */
export function MissingNote({ route }: { route: Route }) {
  const { t } = useTranslation();
  if (route.alive) return null;
  return (
    <Typography variant="body2" color="warning">
      {missingWords(route, t)}
    </Typography>
  );
}
