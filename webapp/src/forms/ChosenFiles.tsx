/** The files that were chosen: small pictures, names and sizes. */
import Box from "@mui/material/Box";
import Button from "@mui/material/Button";
import Typography from "@mui/material/Typography";

import { bytes } from "@/shared/format";
import { useTranslation } from "@/shared/i18n";

import { type Chosen, isKept } from "./form";
import { Preview } from "./Preview";

interface ChosenFilesProps {
  files: Chosen[];
  onChange: (files: Chosen[]) => void;
}

export function ChosenFiles({ files, onChange }: ChosenFilesProps) {
  const { t, i18n } = useTranslation();
  if (files.length === 0) return null;

  return (
    <Box sx={{ display: "flex", flexWrap: "wrap", gap: 4, justifyContent: "center" }}>
      {files.map((file, index) => (
        <Box key={`${file.name} ${String(index)}`} sx={{ maxWidth: 240 }}>
          <Preview file={file} />
          <Box sx={{ display: "flex", alignItems: "center", justifyContent: "center" }}>
            <Typography variant="caption" sx={{ overflowWrap: "anywhere" }}>
              {file.name || file.type} · {bytes(file.size, i18n.language)}
              {isKept(file) && ` · ${t("run.kept")}`}
            </Typography>
            <Button
              size="small"
              aria-label={t("run.remove", { name: file.name })}
              sx={{ minWidth: 32, flex: "none" }}
              onClick={() => {
                onChange(files.filter((_, place) => place !== index));
              }}
            >
              ✕
            </Button>
          </Box>
        </Box>
      ))}
    </Box>
  );
}
