/** A service to choose: smaller than a pipeline, since it does one thing. */
import Paper from "@mui/material/Paper";
import Typography from "@mui/material/Typography";

import { givenBy, takenBy } from "@/contract/media";
import type { Route } from "@/shared/api/types";
import { useTranslation } from "@/shared/i18n";
import { AppLink } from "@/shared/ui/LinkButton";

import { InAndOut } from "./InAndOut";

const TILE_PX = 24;

export function Block({ route }: { route: Route }) {
  const { t } = useTranslation();
  return (
    <Paper
      component="article"
      sx={{
        position: "relative",
        display: "grid",
        gap: 2,
        alignContent: "start",
        p: 4,
        borderRadius: 1.5,
        borderStyle: route.alive ? "solid" : "dashed",
        transition: "box-shadow 120ms",
        "&:hover, &:focus-within": { boxShadow: "0 4px 20px #0002" },
      }}
    >
      <InAndOut
        taken={takenBy(route)}
        given={givenBy(route)}
        isGrey={!route.alive}
        size={TILE_PX}
      />
      <Typography component="h3" sx={{ fontWeight: 600, lineHeight: 1.4 }} lang="en">
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
      <Typography variant="caption" color="textSecondary">
        <code>{route.route}</code>
      </Typography>
      {!route.alive && (
        <Typography variant="caption" color="warning">
          {t("gallery.missing", {
            count: 1,
            services: route.missing.join(", ") || route.route,
          })}
        </Typography>
      )}
    </Paper>
  );
}
