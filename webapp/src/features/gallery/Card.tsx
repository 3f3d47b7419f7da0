/** A pipeline to choose: what it does, what goes in and comes out, whether it works. */
import Box from "@mui/material/Box";
import Typography from "@mui/material/Typography";
import { useRef } from "react";

import { givenBy, takenBy } from "@/contract/media";
import type { Route } from "@/shared/api/types";
import { duration } from "@/shared/format";
import { useTranslation } from "@/shared/i18n";
import { LinkButton } from "@/shared/ui/LinkButton";
import { Words } from "@/shared/ui/Words";
import { useMayEdit } from "@/shared/useAbout";

import { Frame, FrameTitle, MissingNote } from "./Frame";
import { InAndOut } from "./InAndOut";
import { useDetails } from "./useDetails";

const TILE_PX = 40;

// Nobody waits for what is faster.
const SHOWN_SECONDS = 0.05;

interface CardProps {
  route: Route;
  /** How many tasks there were of late. */
  runs: number;
  days: number;
  /** There are several spaces: the card says to which it belongs, by its name. */
  spaceName: ((space: string) => string) | undefined;
}

export function Card({ route, runs, days, spaceName }: CardProps) {
  const { t, i18n } = useTranslation();
  const card = useRef<HTMLElement>(null);
  const details = useDetails(route, card);
  const mayEdit = useMayEdit();
  const usual = route.usual_seconds;

  return (
    <Frame
      route={route}
      ref={card}
      sx={{
        display: "flex",
        flexDirection: "column",
        p: 5,
        // Where there is a pointer, the buttons come with it.
        "@media (hover: hover)": {
          "& .actions": { opacity: 0, transition: "opacity 120ms" },
          "&:hover .actions, &:focus-within .actions": { opacity: 1 },
        },
      }}
    >
      <FrameTitle route={route} />
      {/* Above the title, and after it for those who go from link to link. */}
      <Box
        sx={{
          order: -1,
          display: "flex",
          alignItems: "center",
          minHeight: TILE_PX,
          mb: 1,
        }}
      >
        <InAndOut
          taken={takenBy(route)}
          given={givenBy(details)}
          isGrey={!route.alive}
          size={TILE_PX}
        />
        <Box
          className="actions"
          // Above the link that fills the card.
          sx={{ position: "relative", zIndex: 1, ml: "auto", display: "flex" }}
        >
          <LinkButton
            to="/run/$route"
            params={{ route: route.route }}
            size="small"
            // The title leads there too: once is enough on the way through all cards.
            tabIndex={-1}
          >
            {t("gallery.run")}
          </LinkButton>
          {mayEdit && (
            <LinkButton to="/edit/$route" params={{ route: route.route }} size="small">
              {t("gallery.open")}
            </LinkButton>
          )}
        </Box>
      </Box>
      <Typography
        lang="en"
        variant="body2"
        color="textSecondary"
        sx={{
          display: "-webkit-box",
          WebkitLineClamp: 2,
          WebkitBoxOrient: "vertical",
          overflow: "hidden",
        }}
      >
        <Words text={route.description} />
      </Typography>
      <MissingNote route={route} />
      <Box
        sx={{
          display: "flex",
          flexWrap: "wrap",
          columnGap: 3,
          rowGap: 0.5,
          mt: "auto",
          pt: 1,
          color: "text.secondary",
          fontSize: 12,
          overflowWrap: "anywhere",
        }}
      >
        <code>{route.route}</code>
        {spaceName && (
          <span>
            {route.space === null
              ? t("gallery.lent")
              : t("gallery.in_space", { space: spaceName(route.space) })}
          </span>
        )}
        {usual !== null && usual >= SHOWN_SECONDS && (
          <span>{t("gallery.usually", { time: duration(usual, i18n.language) })}</span>
        )}
        {runs > 0 && <span>{t("gallery.ran", { count: runs, days })}</span>}
      </Box>
    </Frame>
  );
}
