/** A value of a run: its files as small pictures, the rest as JSON. */
import Box from "@mui/material/Box";
import Button from "@mui/material/Button";
import Typography from "@mui/material/Typography";

import type { Json } from "@/shared/api/types";
import { blobsIn, cutBytes, hasOnlyBlobs, withNames } from "@/shared/blobs";
import { bytes } from "@/shared/format";
import { useTranslation } from "@/shared/i18n";

import { BlobTile } from "./BlobTile";
import { JsonView } from "./JsonView";

/** Pixels: a long value is scrolled in its place. */
const MAX_HEIGHT = 360;

interface ValueViewProps {
  value: Json;
  /** Whether there may be one later. */
  open: boolean;
  /** Ask for all of a value that was too large, where that can be shown. */
  onWhole?: () => void;
}

export function ValueView({ value, open, onWhole }: ValueViewProps) {
  const { t, i18n } = useTranslation();
  const cut = cutBytes(value);
  if (cut !== undefined) {
    return (
      <Typography variant="body2" color="textSecondary">
        {t("task.cut", { size: bytes(cut, i18n.language) })}{" "}
        {onWhole && (
          <Button size="small" onClick={onWhole}>
            {t("result.more")}
          </Button>
        )}
      </Typography>
    );
  }
  if (value === null) {
    return (
      <Typography variant="body2" color="textSecondary">
        {t(open ? "task.none" : "task.nothing")}
      </Typography>
    );
  }

  const blobs = blobsIn(value);
  return (
    <Box sx={{ display: "grid", gap: 3 }}>
      {blobs.length > 0 && (
        <Box sx={{ display: "flex", flexWrap: "wrap", gap: 3 }}>
          {blobs.map((blob) => (
            <BlobTile key={blob.at} blob={blob} />
          ))}
        </Box>
      )}
      {!hasOnlyBlobs(value) && (
        <Box tabIndex={0} sx={{ maxHeight: MAX_HEIGHT, overflow: "auto" }}>
          <JsonView value={withNames(value)} />
        </Box>
      )}
    </Box>
  );
}
