/** What an http node asks for. */
import Box from "@mui/material/Box";

import type { Json, PipelineNode } from "@/shared/api/types";
import { useTranslation } from "@/shared/i18n";

import { AddKey } from "./AddKey";
import { ChoiceField, Section, TextField } from "./simple";
import { ValueRow } from "./ValueRow";

/** Headers often name a secret, which only a text with values can. */
const FIRST = { query: () => ({ value: "" }), headers: () => ({ template: "" }) };

const VERBS = ["GET", "POST", "PUT", "PATCH", "DELETE"];

export function HttpFields({ node }: { node: PipelineNode }) {
  const { t } = useTranslation();
  return (
    <>
      <TextField
        node={node}
        field="url"
        label={t("canvas.field.url")}
        placeholder="https://api.example.org/users/{input.out.id}"
        help={t("canvas.url_help")}
        multiline
        mono
      />
      <Box sx={{ display: "grid", gridTemplateColumns: "1fr 1fr 1fr", gap: 2 }}>
        <ChoiceField
          node={node}
          field="verb"
          label={t("canvas.field.verb")}
          options={VERBS}
          usual="GET"
        />
        <ChoiceField
          node={node}
          field="send"
          label={t("canvas.field.send")}
          options={["json", "form", "multipart"]}
          usual="json"
        />
        <ChoiceField
          node={node}
          field="answer"
          label={t("canvas.field.answer")}
          options={["body", "full"]}
          usual="body"
        />
      </Box>
      {(["query", "headers"] as const).map((directive) => (
        <Section key={directive} title={t(`canvas.field.${directive}`)}>
          {Object.entries(
            (node[directive] as Record<string, Json> | undefined) ?? {},
          ).map(([name, value]) => (
            <ValueRow
              key={name}
              node={node}
              directive={directive}
              name={name}
              value={value}
              schema={undefined}
              required={false}
              isKnown
            />
          ))}
          <AddKey node={node} directive={directive} first={FIRST[directive]} />
          {directive === "headers" && (
            <Box sx={{ fontSize: 12, color: "text.secondary" }}>
              {t("canvas.secrets_help")}
            </Box>
          )}
        </Section>
      ))}
    </>
  );
}
