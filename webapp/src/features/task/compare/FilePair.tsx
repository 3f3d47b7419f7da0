/** Two files in one place: small pictures, types and sizes beside each other. */
import Box from "@mui/material/Box";
import Typography from "@mui/material/Typography";

import type { ValueChange } from "@/pipeline/valueDifference";
import { useTranslation } from "@/shared/i18n";
import { BlobTile } from "@/shared/viewers/BlobTile";

export function FilePair({ pair }: { pair: Extract<ValueChange, { kind: "file" }> }) {
  const { t } = useTranslation();
  return (
    <Box data-change={pair.at} sx={{ mb: 3 }}>
      <Typography variant="body2" color="textSecondary" sx={{ mb: 1 }}>
        {pair.at || t("compare.whole_value")}: {t(`compare.file_${pair.verdict}`)}
      </Typography>
      <Box sx={{ display: "flex", flexWrap: "wrap", gap: 4 }}>
        {([pair.before, pair.after] as const).map((blob, at) => (
          <Box key={at}>
            <Typography variant="caption" color="textSecondary" component="div">
              {t(at === 0 ? "compare.before" : "compare.after")}
            </Typography>
            <BlobTile blob={blob} />
          </Box>
        ))}
      </Box>
    </Box>
  );
}
