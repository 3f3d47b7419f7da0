/** What came out of a task, each result by its shape. */
import Box from "@mui/material/Box";
import Typography from "@mui/material/Typography";

import { titleOf } from "@/contract/fields";
import { apiUrl } from "@/shared/api/client";
import type { JsonObject } from "@/shared/api/types";
import { useTranslation } from "@/shared/i18n";
import { AreasView } from "@/shared/viewers/AreasView";
import { DownloadValue } from "@/shared/viewers/DownloadValue";
import { FileView } from "@/shared/viewers/FileView";
import { JsonView } from "@/shared/viewers/JsonView";
import { type Result, resultsOf } from "@/shared/viewers/shapes";
import { TableView } from "@/shared/viewers/TableView";
import { TextView } from "@/shared/viewers/TextView";

import { DownloadAll } from "./DownloadAll";
import type { Form } from "@/forms/form";
import { useFileUrl } from "@/forms/useFileUrl";

interface ResultsProps {
  task: string;
  outputs: JsonObject;
  /** What was sent, to be shown beside what came out. */
  given: Form | undefined;
}

export function Results({ task, outputs, given }: ResultsProps) {
  const { t } = useTranslation();
  const filesUrl = new URL(apiUrl(`tasks/${task}/files/`), document.baseURI).href;
  const results = resultsOf(outputs, filesUrl);
  const files = results.filter((result) => result.shape === "file");
  const sent = Object.values(given?.files ?? {}).flat();
  const original = useFileUrl(sent.find((file) => file.type.startsWith("image/")));

  if (results.length === 0) {
    return <Typography color="textSecondary">{t("run.none")}</Typography>;
  }
  return (
    <>
      <Box sx={{ display: "flex", alignItems: "center", mb: 4, minHeight: 36 }}>
        <Typography variant="h2" sx={{ flex: 1 }}>
          {t("run.result")}
        </Typography>
        {files.length > 1 && <DownloadAll task={task} files={files} />}
      </Box>
      <Box
        sx={{
          display: "grid",
          gap: 6,
          gridTemplateColumns:
            files.length > 1
              ? "repeat(auto-fill, minmax(min(100%, 220px), 1fr))"
              : "minmax(0, 1fr)",
        }}
      >
        {results.map((result) => (
          <Box
            key={`${result.shape} ${result.name}`}
            component="figure"
            sx={{
              m: 0,
              minWidth: 0,
              gridColumn: result.shape === "file" ? "auto" : "1 / -1",
            }}
          >
            {/* One picture needs no name above it. */}
            {(results.length > 1 || result.shape !== "file") && (
              <Typography
                component="figcaption"
                variant="h3"
                sx={{ mb: 2, overflowWrap: "anywhere" }}
              >
                {titleOf(result.name)}
              </Typography>
            )}
            <ResultView
              result={result}
              original={original}
              isOne={files.length === 1}
            />
            {result.shape !== "file" && <DownloadValue result={result} />}
          </Box>
        ))}
      </Box>
    </>
  );
}

interface ResultViewProps {
  result: Result;
  /** The address of the picture that was sent. */
  original: string | undefined;
  /** It is the only file: a picture lies over its original. */
  isOne: boolean;
}

function ResultView({ result, original, isOne }: ResultViewProps) {
  switch (result.shape) {
    case "file":
      return (
        <FileView
          url={result.url}
          name={result.name}
          original={isOne ? original : undefined}
        />
      );
    case "areas":
      return <AreasView areas={result.areas} rows={result.rows} picture={original} />;
    case "table":
      return <TableView columns={result.columns} rows={result.rows} />;
    case "text":
      return <TextView text={result.text} />;
    case "json":
      return <JsonView value={result.value} />;
  }
}
