/** Boxes over the picture in which they were found, and what is known of each. */
import Box from "@mui/material/Box";
import Typography from "@mui/material/Typography";
import { useState } from "react";

import type { JsonObject } from "@/shared/api/types";
import { useTranslation } from "@/shared/i18n";
import { toneColor } from "@/shared/theme";

import { JsonView } from "./JsonView";
import { type Area, columnsOf } from "./shapes";
import { TableView } from "./TableView";

interface AreasViewProps {
  areas: Area[];
  rows: JsonObject[] | undefined;
  /** The address of the picture. */
  picture: string | undefined;
}

// More would hide the picture, and make the page slow.
const AREAS_DRAWN = 500;
const LABELS_DRAWN = 50;

export function AreasView({ areas, rows, picture }: AreasViewProps) {
  const { t } = useTranslation();

  return (
    <Box>
      {picture && <PictureWithAreas areas={areas} picture={picture} />}
      <Typography sx={{ mb: 2 }}>
        {t("result.boxes", { count: areas.length })}
      </Typography>
      {rows ? (
        <TableView columns={columnsOf(rows)} rows={rows} />
      ) : (
        <JsonView value={areas.map(({ box }) => box)} open={false} />
      )}
    </Box>
  );
}

function PictureWithAreas({ areas, picture }: { areas: Area[]; picture: string }) {
  const [size, setSize] = useState<{ width: number; height: number }>();
  const share = (part: number, whole: number) => `${String((100 * part) / whole)}%`;

  return (
    <Box sx={{ position: "relative", width: "fit-content", lineHeight: 0, mb: 3 }}>
      <Box
        component="img"
        src={picture}
        alt=""
        onLoad={({ currentTarget: image }) => {
          setSize({ width: image.naturalWidth, height: image.naturalHeight });
        }}
        sx={{ maxWidth: "100%", maxHeight: "70vh", borderRadius: 1 }}
      />
      {size && (
        <Box
          component="svg"
          aria-hidden
          viewBox={`0 0 ${String(size.width)} ${String(size.height)}`}
          sx={{ position: "absolute", inset: 0, width: "100%", height: "100%" }}
        >
          {areas.slice(0, AREAS_DRAWN).map(({ box }, index) => (
            <AreaRect key={index} box={box} />
          ))}
        </Box>
      )}
      {size &&
        areas.slice(0, LABELS_DRAWN).map(
          ({ box, label }, index) =>
            label && (
              <Box
                key={index}
                component="span"
                aria-hidden
                style={{
                  left: share(Math.max(0, box[0]), size.width),
                  top: share(Math.max(0, box[1]), size.height),
                }}
                sx={{
                  position: "absolute",
                  px: 1,
                  fontSize: 11,
                  fontWeight: 600,
                  lineHeight: 1.6,
                  color: "#fff",
                  bgcolor: "#171b22cc",
                  borderRadius: 0.5,
                }}
              >
                {label}
              </Box>
            ),
        )}
    </Box>
  );
}

/** A light line on a dark one can be seen on every picture. */
function AreaRect({ box: [left, top, right, bottom] }: { box: Area["box"] }) {
  const place = { x: left, y: top, width: right - left, height: bottom - top };
  const shared = {
    ...place,
    fill: "none",
    vectorEffect: "non-scaling-stroke",
  } as const;
  return (
    <>
      <rect {...shared} stroke="#fff" strokeOpacity={0.85} strokeWidth={4} />
      <rect {...shared} stroke={toneColor("running")} strokeWidth={2} data-area />
    </>
  );
}
