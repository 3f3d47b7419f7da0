/** How a pipeline is called, and what it takes. */
import Box from "@mui/material/Box";
import Button from "@mui/material/Button";
import IconButton from "@mui/material/IconButton";
import MenuItem from "@mui/material/MenuItem";
import MuiTextField from "@mui/material/TextField";

import { setField } from "@/pipeline/edits/fields";
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

  const write = (next: Record<string, Schema>, needed: Set<string>) => {
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
        document,
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
    if (to === "" || to in properties) return;
    const entries = Object.entries(properties).map(
      ([name, schema]) => [name === from ? to : name, schema] as const,
    );
    const needed = new Set([...required].map((name) => (name === from ? to : name)));
    write(Object.fromEntries(entries), needed);
  };

  return (
    <Section title={t("canvas.takes")}>
      {Object.entries(properties).map(([name, schema]) => (
        <Box
          key={name}
          data-field={`api.inputSchema.properties.${name}`}
          sx={{ display: "flex", gap: 1.5, alignItems: "center" }}
        >
          <MuiTextField
            size="small"
            label={t("canvas.key_name")}
            defaultValue={name}
            onBlur={({ target }) => {
              rename(name, target.value.trim());
            }}
            sx={{ flex: 1 }}
          />
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
            sx={{ width: 124 }}
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

function freshName(properties: JsonObject | Record<string, Schema>): string {
  let number = 1;
  while (`field${String(number)}` in properties) number += 1;
  return `field${String(number)}`;
}
