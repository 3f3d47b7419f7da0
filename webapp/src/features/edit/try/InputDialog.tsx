/** The example input with which the pipeline is tried; it is kept in this browser. */
import Box from "@mui/material/Box";
import Button from "@mui/material/Button";
import Dialog from "@mui/material/Dialog";
import DialogActions from "@mui/material/DialogActions";
import DialogContent from "@mui/material/DialogContent";
import DialogTitle from "@mui/material/DialogTitle";
import Typography from "@mui/material/Typography";
import { useEffect, useState } from "react";

import { entryOf, routeOf } from "@/pipeline/document";
import { requestOf } from "@/pipeline/outputs";
import { isFile } from "@/pipeline/schemas";
import type { Json, JsonObject, PipelineNode, Schema } from "@/shared/api/types";
import { useTranslation } from "@/shared/i18n";
import type { FilesByField } from "@/shared/upload";

import { ConstantInput } from "../panel/ConstantInput";
import { Label } from "../panel/simple";
import { useEdit } from "../store";
import { type KeptInput, keptInput } from "./keptInput";
import { runWith } from "./run";
import { setTry, useTry } from "./tryState";

export function InputDialog() {
  const open = useTry((state) => state.dialog);
  return open ? <Filled /> : null;
}

function Filled() {
  const { t } = useTranslation();
  const document = useEdit((state) => state.document);
  const entry = entryOf(document);
  const fields = Object.entries((entry && requestOf(entry)) ?? {});
  const [input, setInput] = useState<KeptInput>(() => exampleOf(entry, fields));
  const route = routeOf(document);

  useEffect(() => {
    if (route === undefined) return;
    void keptInput(route).then((found) => {
      if (found) setInput(found);
    });
  }, [route]);

  const close = () => {
    setTry({ dialog: false, upTo: undefined });
  };
  return (
    <Dialog open onClose={close} fullWidth maxWidth="xs">
      <Box
        component="form"
        onSubmit={(event) => {
          event.preventDefault();
          void runWith(input);
        }}
      >
        <DialogTitle>{t("canvas.input_title")}</DialogTitle>
        <DialogContent sx={{ display: "grid", gap: 4 }}>
          <Typography color="textSecondary" sx={{ fontSize: 13 }}>
            {t(fields.length > 0 ? "canvas.input_kept" : "canvas.input_none")}
          </Typography>
          {fields.map(([name, schema]) => (
            <Box key={name}>
              <Label>{schema.title ?? name}</Label>
              <Field name={name} schema={schema} input={input} onChange={setInput} />
            </Box>
          ))}
        </DialogContent>
        <DialogActions>
          <Button onClick={close}>{t("edit.cancel")}</Button>
          <Button type="submit" variant="contained" autoFocus>
            {t("canvas.run")}
          </Button>
        </DialogActions>
      </Box>
    </Dialog>
  );
}

interface FieldProps {
  name: string;
  schema: Schema;
  input: KeptInput;
  onChange: (input: KeptInput) => void;
}

function Field({ name, schema, input, onChange }: FieldProps) {
  const { t } = useTranslation();
  const many = schema.items !== undefined && isFile(schema.items);
  if (!many && !isFile(schema)) {
    return (
      <ConstantInput
        label={name}
        value={input.values[name] ?? null}
        schema={schema}
        onChange={(value) => {
          onChange({ ...input, values: { ...input.values, [name]: value } });
        }}
      />
    );
  }

  const files = input.files[name] ?? [];
  return (
    <Box sx={{ display: "flex", gap: 2, alignItems: "center", fontSize: 13 }}>
      <Button component="label" size="small" variant="outlined">
        {t("canvas.choose_file")}
        <input
          type="file"
          multiple={many}
          accept={(many ? schema.items : schema)?.contentMediaType ?? ""}
          aria-label={name}
          data-input-file={name}
          style={{ position: "absolute", inset: 0, opacity: 0 }}
          onChange={({ target }) => {
            const chosen = [...(target.files ?? [])];
            onChange({ ...input, files: { ...input.files, [name]: chosen } });
          }}
        />
      </Button>
      <span>{files.map((file) => file.name).join(", ")}</span>
    </Box>
  );
}

/** What the author gave as an example, else the defaults. */
function exampleOf(
  entry: PipelineNode | undefined,
  fields: [string, Schema][],
): KeptInput {
  const api = (entry?.api ?? {}) as { body?: Json; inputSchema?: Schema };
  const given = api.inputSchema?.examples?.[0] ?? api.body;
  const example: JsonObject =
    typeof given === "object" && given !== null && !Array.isArray(given) ? given : {};
  const values: JsonObject = {};
  const files: FilesByField = {};
  for (const [name, schema] of fields) {
    if (isFile(schema)) continue;
    values[name] = example[name] ?? schema.default ?? emptyOf(schema);
  }
  return { values, files };
}

function emptyOf(schema: Schema): Json {
  switch (schema.type) {
    case "number":
    case "integer":
      return schema.minimum ?? 0;
    case "boolean":
      return false;
    case "array":
      return [];
    case "object":
      return {};
    default:
      return "";
  }
}
