/** How a pipeline is called, and what it takes. */
import Box from "@mui/material/Box";
import Button from "@mui/material/Button";
import IconButton from "@mui/material/IconButton";
import MenuItem from "@mui/material/MenuItem";
import MuiTextField from "@mui/material/TextField";
import { useState } from "react";

import type { PipelineDocument } from "@/pipeline/document";
import { setField } from "@/pipeline/edits/fields";
import { renameOutput } from "@/pipeline/edits/rename";
import { requestOf } from "@/pipeline/outputs";
import type { Json, JsonObject, PipelineNode, Schema } from "@/shared/api/types";
import { useTranslation } from "@/shared/i18n";

import { perform, useEdit } from "../store";
import { UsedByButton } from "../users/UsedByButton";
import { FieldFaults } from "./FieldFaults";
import { type FieldType, FIELD_TYPES, schemaOfType, typeOfSchema } from "./fieldTypes";
import { Section, TextField } from "./simple";
import { TagsField } from "./TagsField";

export function EntryFields({ node }: { node: PipelineNode }) {
  const { t } = useTranslation();
  // Nobody calls what was never stored.
  const stored = useEdit(({ base, route }) => base.version && route);
  return (
    <>
      <TextField node={node} field="api.route" label={t("canvas.field.route")} mono />
      <UsedByButton route={stored} />
      <TextField node={node} field="api.summary" label={t("canvas.field.summary")} />
      <TextField
        node={node}
        field="api.description"
        label={t("canvas.field.api_description")}
        multiline
      />
      <TagsField node={node} />
      <RequestFields node={node} />
      <FieldFaults node={node.id} field="api" within />
    </>
  );
}

/** The fields of a request. Their first change writes them down as a schema. */
function RequestFields({ node }: { node: PipelineNode }) {
  const { t } = useTranslation();
  const api = (node.api ?? {}) as { inputSchema?: Schema };
  const properties = requestOf(node) ?? {};
  const required = new Set(api.inputSchema?.required ?? Object.keys(properties));

  const write = (next: Record<string, Schema>, needed: Set<string>, edit = asItIs) => {
    const names = Object.keys(next).filter((name) => needed.has(name));
    const schema: Schema = {
      ...api.inputSchema,
      type: "object",
      properties: next,
      required: names,
    };
    perform((document) => {
      // Only one of the two says what is taken.
      const without = ["body", "bodyType"].reduce(
        (one, field) => setField(one, node.id, ["api", field], undefined),
        edit(document),
      );
      return setField(
        without,
        node.id,
        ["api", "inputSchema"],
        schema as unknown as Json,
      );
    });
  };
  const rename = (from: string, to: string) => {
    const entries = Object.entries(properties).map(
      ([name, schema]) => [name === from ? to : name, schema] as const,
    );
    const needed = new Set([...required].map((name) => (name === from ? to : name)));
    write(Object.fromEntries(entries), needed, (document) =>
      renameOutput(document, node.id, from, to),
    );
  };

  return (
    <Section title={t("canvas.takes")}>
      {Object.entries(properties).map(([name, schema]) => (
        <Box
          key={name}
          data-field={`api.inputSchema.properties.${name}`}
          // Names may be long: they have a line of their own.
          sx={{ display: "flex", flexWrap: "wrap", gap: 1.5, alignItems: "center" }}
        >
          <NameInput
            name={name}
            others={Object.keys(properties)}
            onRename={(to) => {
              rename(name, to);
            }}
          />
          <IconButton
            size="small"
            aria-label={t("canvas.remove_key", { key: name })}
            onClick={() => {
              const others = Object.entries(properties).filter(([key]) => key !== name);
              write(Object.fromEntries(others), required);
            }}
            sx={{ fontSize: 14 }}
          >
            ✕
          </IconButton>
          <MuiTextField
            select
            size="small"
            value={typeOfSchema(schema)}
            slotProps={{
              htmlInput: { "aria-label": t("canvas.type_of", { key: name }) },
            }}
            onChange={({ target }) => {
              const changed = schemaOfType(target.value as FieldType, schema);
              write({ ...properties, [name]: changed }, required);
            }}
            sx={{ flex: 1 }}
          >
            {FIELD_TYPES.map((type) => (
              <MenuItem key={type} value={type}>
                {t(`canvas.field_type.${type}`)}
              </MenuItem>
            ))}
          </MuiTextField>
          <Button
            size="small"
            color="inherit"
            aria-pressed={required.has(name)}
            data-tells
            onClick={() => {
              const needed = new Set(required);
              if (!needed.delete(name)) needed.add(name);
              write(properties, needed);
            }}
            sx={{ minWidth: 0, fontSize: 11.5 }}
          >
            {t(required.has(name) ? "canvas.required" : "canvas.optional")}
          </Button>
        </Box>
      ))}
      <Box>
        <Button
          size="small"
          onClick={() => {
            const name = freshName(properties);
            write(
              { ...properties, [name]: { type: "string" } },
              new Set([...required, name]),
            );
          }}
        >
          {t("canvas.add_field")}
        </Button>
      </Box>
    </Section>
  );
}

const asItIs = (document: PipelineDocument) => document;

interface NameInputProps {
  name: string;
  others: string[];
  onRename: (to: string) => void;
}

/** The name of a field. It counts when it is left, or by Enter. */
function NameInput({ name, others, onRename }: NameInputProps) {
  const { t } = useTranslation();
  const [typed, setTyped] = useState(name);
  const to = typed.trim();
  const isTaken = to !== name && others.includes(to);

  const rename = () => {
    if (to === "") setTyped(name);
    else if (to !== name && !isTaken) onRename(to);
  };
  return (
    <MuiTextField
      size="small"
      label={t("canvas.key_name")}
      value={typed}
      error={isTaken}
      helperText={isTaken && t("canvas.key_taken")}
      onChange={({ target }) => {
        setTyped(target.value);
      }}
      onKeyDown={({ key }) => {
        if (key === "Enter") rename();
      }}
      onBlur={rename}
      sx={{ flex: "1 0 calc(100% - 48px)" }}
    />
  );
}

function freshName(properties: JsonObject | Record<string, Schema>): string {
  let number = 1;
  while (`field${String(number)}` in properties) number += 1;
  return `field${String(number)}`;
}
