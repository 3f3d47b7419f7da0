/** A value of a run: its files as small pictures, the rest as JSON. */
import Box from "@mui/material/Box";
import Button from "@mui/material/Button";
import Link from "@mui/material/Link";
import Typography from "@mui/material/Typography";

import type { Json } from "@/shared/api/types";
import {
  type BlobRef,
  blobsIn,
  cutBytes,
  hasOnlyBlobs,
  withNames,
} from "@/shared/blobs";
import { bytes, typeName } from "@/shared/format";
import { useTranslation } from "@/shared/i18n";
import { JsonView } from "@/shared/viewers/JsonView";

/** Pixels: a long value is scrolled in its place. */
const MAX_HEIGHT = 360;

interface ValueViewProps {
  value: Json;
  /** Whether there may be one later. */
  open: boolean;
  /** Ask for all of a value that was too large. */
  onWhole: () => void;
}

export function ValueView({ value, open, onWhole }: ValueViewProps) {
  const { t, i18n } = useTranslation();
  const cut = cutBytes(value);
  if (cut !== undefined) {
    return (
      <Typography variant="body2" color="textSecondary">
        {t("task.cut", { size: bytes(cut, i18n.language) })}{" "}
        <Button size="small" onClick={onWhole}>
          {t("result.more")}
        </Button>
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

function BlobTile({ blob }: { blob: BlobRef }) {
  const { i18n } = useTranslation();
  const name = blob.name || blob.at;
  return (
    <Link
      href={blob.url}
      download
      underline="hover"
      color="textPrimary"
      sx={{ width: 132, fontSize: 12, lineHeight: 1.4 }}
    >
      <Box
        sx={{
          height: 96,
          mb: 1,
          display: "grid",
          placeItems: "center",
          overflow: "hidden",
          borderRadius: 1,
          border: 1,
          borderColor: "divider",
          bgcolor: "action.hover",
          color: "text.secondary",
          fontWeight: 600,
        }}
      >
        {blob.type.startsWith("image/") ? (
          <Box
            component="img"
            src={blob.url}
            alt=""
            loading="lazy"
            sx={{ width: "100%", height: "100%", objectFit: "contain" }}
          />
        ) : (
          typeName(blob.type)
        )}
      </Box>
      <Box
        component="span"
        sx={{
          display: "block",
          overflow: "hidden",
          textOverflow: "ellipsis",
          whiteSpace: "nowrap",
        }}
      >
        {name}
      </Box>
      <Box component="span" sx={{ color: "text.secondary" }}>
        {blob.at} · {bytes(blob.size, i18n.language)}
      </Box>
    </Link>
  );
}
