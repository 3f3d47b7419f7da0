/** A service to choose: smaller than a pipeline, since it does one thing. */
import Typography from "@mui/material/Typography";

import { givenBy, takenBy } from "@/contract/media";
import type { Route } from "@/shared/api/types";

import { Frame, FrameTitle, MissingNote } from "./Frame";
import { InAndOut } from "./InAndOut";

const TILE_PX = 24;

export function Block({ route }: { route: Route }) {
  return (
    <Frame route={route} sx={{ display: "grid", alignContent: "start", p: 4 }}>
      <InAndOut
        taken={takenBy(route)}
        given={givenBy(route)}
        isGrey={!route.alive}
        size={TILE_PX}
      />
      <FrameTitle route={route} />
      <Typography variant="caption" color="textSecondary">
        <code>{route.route}</code>
      </Typography>
      <MissingNote route={route} />
    </Frame>
  );
}
