/** The name of a new pipeline, and an example of what it takes. */
import Box from "@mui/material/Box";
import Button from "@mui/material/Button";
import TextField from "@mui/material/TextField";
import ToggleButton from "@mui/material/ToggleButton";
import ToggleButtonGroup from "@mui/material/ToggleButtonGroup";
import Typography from "@mui/material/Typography";
import { type FormEvent, lazy, Suspense, useState } from "react";

import { isObject, type PipelineDocument } from "@/pipeline/document";
import { parsed } from "@/pipeline/json";
import { useTranslation } from "@/shared/i18n";
import { patiently } from "@/shared/patiently";
import { MONO } from "@/shared/theme";
import { GROWING } from "@/shared/ui/Growing";

import { NoticeBar } from "../NoticeBar";
import { chosenFiles, documentOf } from "./files";
import { firstDocument, isRoute, routeLike } from "./route";

// Who opens one file, or none, needs nothing of it.
const ImportDialog = lazy(
  patiently(async () => ({
    default: (await import("./ImportDialog")).ImportDialog,
  })),
);

type Takes = "files" | "json";

const FILE_NAME = /^[A-Za-z_]\w*$/;

interface BeginFormProps {
  onBegin: (document: PipelineDocument) => void;
}

export function BeginForm({ onBegin }: BeginFormProps) {
  const { t } = useTranslation();
  const [route, setRoute] = useState("");
  const [summary, setSummary] = useState("");
  const [takes, setTakes] = useState<Takes>("files");
  const [files, setFiles] = useState("image");
  const [example, setExample] = useState('{"name": "Ada", "age": 31}');

  const [many, setMany] = useState<File[]>([]);

  const openFiles = async () => {
    const chosen = await chosenFiles(true);
    const [file] = chosen;
    if (chosen.length > 1) setMany(chosen);
    else if (file) {
      const document = await documentOf(file);
      if (document) onBegin(document);
    }
  };

  const isBad = route !== "" && !isRoute(route);
  const meant = isBad ? routeLike(route) : undefined;
  const names = files
    .split(/[\n,]/)
    .map((name) => name.trim())
    .filter(Boolean);
  const areNames = names.length > 0 && names.every((name) => FILE_NAME.test(name));
  const { json } = parsed(example);
  const isExample = isObject(json);
  const isBody = takes === "files" ? areNames : isExample;

  const begin = (event: FormEvent) => {
    event.preventDefault();
    if (!isRoute(route) || !isBody) return;
    const body = takes === "json" && isExample ? json : names;
    onBegin(firstDocument({ route, summary, body }));
  };

  return (
    <Box component="form" onSubmit={begin} sx={{ display: "grid", gap: 4 }}>
      <TextField
        autoFocus
        required
        label={t("edit.start.name")}
        value={route}
        error={isBad}
        helperText={
          isBad ? (
            <>
              {t("edit.copying.bad")}
              {meant !== undefined && (
                <Button
                  size="small"
                  onClick={() => {
                    setRoute(meant);
                  }}
                >
                  {t("edit.start.take_name", { name: meant })}
                </Button>
              )}
            </>
          ) : (
            t("edit.start.name_help")
          )
        }
        slotProps={{ htmlInput: { spellCheck: false, autoCapitalize: "none" } }}
        onChange={(event) => {
          setRoute(event.target.value);
        }}
      />
      <TextField
        label={t("edit.start.summary")}
        value={summary}
        onChange={(event) => {
          setSummary(event.target.value);
        }}
      />
      <Box>
        <Typography component="h2" variant="h3" sx={{ mb: 2 }} id="takes">
          {t("edit.start.takes")}
        </Typography>
        <ToggleButtonGroup
          exclusive
          size="small"
          value={takes}
          aria-labelledby="takes"
          onChange={(_, chosen: Takes | null) => {
            if (chosen) setTakes(chosen);
          }}
          sx={{ mb: 3, "& .MuiToggleButton-root": { px: 3, textTransform: "none" } }}
        >
          <ToggleButton value="files">{t("edit.start.takes_files")}</ToggleButton>
          <ToggleButton value="json">{t("edit.start.takes_json")}</ToggleButton>
        </ToggleButtonGroup>
        {takes === "files" ? (
          <TextField
            fullWidth
            multiline
            label={t("edit.start.files")}
            value={files}
            error={!areNames}
            helperText={areNames ? " " : t("edit.start.bad_files")}
            slotProps={{
              input: GROWING,
              htmlInput: { spellCheck: false, style: { fontFamily: MONO } },
            }}
            onChange={(event) => {
              setFiles(event.target.value);
            }}
          />
        ) : (
          <TextField
            fullWidth
            multiline
            label={t("edit.start.example")}
            value={example}
            error={!isExample}
            helperText={t(
              isExample ? "edit.start.example_help" : "edit.start.bad_example",
            )}
            slotProps={{
              input: GROWING,
              htmlInput: {
                spellCheck: false,
                style: { fontFamily: MONO, minHeight: "3lh" },
              },
            }}
            onChange={(event) => {
              setExample(event.target.value);
            }}
          />
        )}
      </Box>
      <Box sx={{ display: "flex", gap: 3, alignItems: "center" }}>
        <Button type="submit" variant="contained" disabled={!isRoute(route) || !isBody}>
          {t("edit.start.create")}
        </Button>
        <Typography color="textSecondary">{t("edit.start.or")}</Typography>
        <Button
          color="inherit"
          onClick={() => {
            void openFiles();
          }}
        >
          {t("edit.start.from_file")}
        </Button>
      </Box>
      <NoticeBar />
      {many.length > 0 && (
        <Suspense fallback={null}>
          <ImportDialog
            files={many}
            onClose={() => {
              setMany([]);
            }}
          />
        </Suspense>
      )}
    </Box>
  );
}
