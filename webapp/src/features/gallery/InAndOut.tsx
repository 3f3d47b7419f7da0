/** What goes into a route and what comes out, as two small drawings. */
import Box from "@mui/material/Box";

import type { Medium } from "@/contract/media";
import { useTranslation } from "@/shared/i18n";
import { KIND, VISUALLY_HIDDEN } from "@/shared/theme";
import { Glyph } from "@/shared/ui/Glyph";

const GLYPHS: Record<Medium, string> = {
  picture: "M4 5h16v14H4zM4 16l5-5 4 4 2-2 5 5M15.5 9.5h.01",
  document: "M6 3h8l4 4v14H6zM14 3v4h4M9 12h6M9 16h6",
  text: "M5 6h14M5 10h14M5 14h14M5 18h8",
  sound: "M4 10v4M8 7v10M12 4v16M16 8v8M20 10v4",
  film: "M4 5h16v14H4zM10 9l5 3-5 3z",
  file: "M6 3h8l4 4v14H6zM14 3v4h4",
  data: "M9 4c-3 0-2 4-2 5s0 3-3 3c3 0 3 2 3 3s-1 5 2 5M15 4c3 0 2 4 2 5s0 3 3 3c-3 0-3 2-3 3s1 5-2 5",
};
/** Nothing is taken, and what is given is not known: it can just be run. */
const JUST_RUN = "M8 5l11 7-11 7z";
const ARROW = "M5 12h13M13 7l5 5-5 5";

interface InAndOutProps {
  taken: Medium[];
  given: Medium[];
  isGrey: boolean;
  size: number;
}

export function InAndOut({ taken, given, isGrey, size }: InAndOutProps) {
  const { t } = useTranslation();
  const words = (media: Medium[]) =>
    media.map((medium) => t(`media.${medium}`)).join(", ") || t("media.nothing");

  return (
    <Box sx={{ display: "flex", alignItems: "center", gap: 2 }}>
      {taken.map((medium) => (
        <GlyphTile
          key={medium}
          glyph={GLYPHS[medium]}
          hue={isGrey ? "node" : "service"}
          size={size}
        />
      ))}
      {taken.length === 0 && given.length === 0 && (
        <GlyphTile glyph={JUST_RUN} hue="node" size={size} />
      )}
      {given.length > 0 && (
        <Box component="span" sx={{ color: "text.secondary", lineHeight: 0 }}>
          <Glyph d={ARROW} size={size * 0.45} />
        </Box>
      )}
      {given.map((medium) => (
        <GlyphTile
          key={medium}
          glyph={GLYPHS[medium]}
          hue={isGrey ? "node" : "loop"}
          size={size}
        />
      ))}
      <Box component="span" sx={VISUALLY_HIDDEN}>
        {t("gallery.in_and_out", { taken: words(taken), given: words(given) })}
      </Box>
    </Box>
  );
}

interface GlyphTileProps {
  glyph: string;
  hue: keyof typeof KIND;
  size: number;
}

function GlyphTile({ glyph, hue, size }: GlyphTileProps) {
  const [ink, tint] = KIND[hue];
  return (
    <Box
      component="span"
      sx={{
        width: size,
        height: size,
        borderRadius: 1,
        bgcolor: tint,
        color: ink,
        display: "grid",
        placeItems: "center",
      }}
    >
      <Glyph d={glyph} size={size * 0.55} />
    </Box>
  );
}
