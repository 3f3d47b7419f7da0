/** The button that saves a value which is no file. */
import Box from "@mui/material/Box";
import Button from "@mui/material/Button";

import { useTranslation } from "@/shared/i18n";
import { save } from "@/shared/save";

import { csvOf } from "./csv";
import { columnsOf, type ValueResult } from "./shapes";

type Kind = "csv" | "json" | "text";

const TYPES: Record<Kind, { type: string; ending: string }> = {
  csv: { type: "text/csv", ending: "csv" },
  json: { type: "application/json", ending: "json" },
  text: { type: "text/plain", ending: "txt" },
};

export function DownloadValue({ result }: { result: ValueResult }) {
  const { t } = useTranslation();
  const { kind, content } = contentOf(result);

  return (
    <Box sx={{ mt: 2 }}>
      <Button
        size="small"
        variant="outlined"
        onClick={() => {
          const { type, ending } = TYPES[kind];
          save(`${result.name}.${ending}`, new Blob([content], { type }));
        }}
      >
        {t(`result.download_${kind}`)}
      </Button>
    </Box>
  );
}

function contentOf(result: ValueResult): { kind: Kind; content: string } {
  const json = (value: unknown) => JSON.stringify(value, undefined, 2);
  switch (result.shape) {
    case "text":
      return { kind: "text", content: result.text };
    case "table":
      return { kind: "csv", content: csvOf(columnsOf(result.rows), result.rows) };
    case "areas":
      return {
        kind: "json",
        content: json(result.rows ?? result.areas.map(({ box }) => box)),
      };
    case "json":
      return { kind: "json", content: json(result.value) };
  }
}
