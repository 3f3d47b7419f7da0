/** A file of a run: a small picture or its type, its name and size; it can be fetched. */
import Box from "@mui/material/Box";
import Link from "@mui/material/Link";

import type { BlobRef } from "@/shared/blobs";
import { bytes, typeName } from "@/shared/format";
import { useTranslation } from "@/shared/i18n";

export function BlobTile({ blob }: { blob: BlobRef }) {
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
