/** What a loop goes through, and what it gives out. */
import Box from "@mui/material/Box";
import IconButton from "@mui/material/IconButton";
import NativeSelect from "@mui/material/NativeSelect";
import TextField from "@mui/material/TextField";

import { setField } from "@/pipeline/edits/fields";
import { setInput } from "@/pipeline/edits/inputs";
import { outputsOf } from "@/pipeline/outputs";
import type { Json, PipelineNode } from "@/shared/api/types";
import { useTranslation } from "@/shared/i18n";

import { perform, useEdit } from "../store";
import { AddKey } from "./AddKey";
import { FieldFaults } from "./FieldFaults";
import { useKnownRoutes } from "./knownRoutes";
import { LastValue } from "./LastValue";
import { ReferenceInput } from "./ReferenceInput";
import { change } from "./changing";
import { Label, NumberField, Section } from "./simple";

export function LoopFields({ node }: { node: PipelineNode }) {
  const { t } = useTranslation();
  const items = typeof node.items === "string" ? node.items : "";
  const collect = (node.collect as Record<string, Json> | undefined) ?? {};
  const offers = useBodyOutputs(node);
  return (
    <>
      <Box data-field="items">
        <Label>{t("canvas.field.items")}</Label>
        <ReferenceInput
          node={node}
          label={t("canvas.field.items")}
          text={items}
          schema={LIST}
          onChange={(text) => {
            change(node.id, "items", text);
          }}
        />
        <FieldFaults node={node.id} field="items" />
        <LastValue node={node} form={{ form: "reference", text: items }} />
      </Box>
      <NumberField
        node={node}
        field="concurrency"
        label={t("canvas.field.concurrency")}
        usual="16"
      />
      <Section title={t("canvas.field.collect")}>
        {Object.entries(collect).map(([name, value]) => (
          <CollectRow key={name} {...{ node, name, value, offers }} />
        ))}
        <AddKey
          node={node}
          directive="collect"
          first={(key) => [meantBy(key, offers)]}
        />
        <FieldFaults node={node.id} field="collect" />
      </Section>
    </>
  );
}

/** `digits` collects a `digit`; else what the last step gives is wanted most often. */
function meantBy(key: string, offers: readonly string[]): string {
  const named = offers.findLast((offer) =>
    key.startsWith(offer.split(".").at(-1) ?? ""),
  );
  return named ?? offers.at(-1) ?? "";
}

const LIST = { type: "array" };

/** What the steps of a loop's body give, as references. */
function useBodyOutputs(node: PipelineNode): string[] {
  const routes = useKnownRoutes();
  const nodes = useEdit(({ document }) => document.nodes);
  return (node.nodes ?? []).flatMap((inner) =>
    Object.keys(outputsOf({ nodes, routes }, inner) ?? {}).map(
      (key) => `${inner.id}.out.${key}`,
    ),
  );
}

interface CollectRowProps {
  node: PipelineNode;
  name: string;
  value: Json;
  offers: readonly string[];
}

/** One value of each item: as one list, or as numbered keys. */
function CollectRow({ node, name, value, offers }: CollectRowProps) {
  const { t } = useTranslation();
  const isList = Array.isArray(value);
  const text = String((isList ? value[0] : value) ?? "");
  const set = (next: string, asList: boolean) => {
    perform(
      (document) =>
        setInput(document, node.id, name, asList ? [next] : next, "collect"),
      {
        mark: `${node.id} collect.${name}`,
      },
    );
  };
  const list = `collect-${node.id}-${name}`;
  return (
    <Box data-field={`collect.${name}`} role="group" aria-label={name}>
      <Box sx={{ display: "flex", gap: 2, alignItems: "center", mb: 1 }}>
        <Box sx={{ flex: 1, minWidth: 0, fontSize: 12.5, fontWeight: 600 }}>
          <Box component="span" sx={{ overflowWrap: "anywhere" }}>
            {name}
          </Box>
        </Box>
        <NativeSelect
          value={isList ? "list" : "numbered"}
          disableUnderline
          inputProps={{ "aria-label": t("canvas.collect_as", { key: name }) }}
          sx={{ fontSize: 12, flex: "none", color: "text.secondary" }}
          onChange={({ target }) => {
            set(text, target.value === "list");
          }}
        >
          <option value="list">{t("canvas.as_list")}</option>
          <option value="numbered">{`${name}0, ${name}1 …`}</option>
        </NativeSelect>
        <IconButton
          size="small"
          aria-label={t("canvas.remove_key", { key: name })}
          onClick={() => {
            perform((document) =>
              setField(document, node.id, ["collect", name], undefined),
            );
          }}
          sx={{ fontSize: 14 }}
        >
          ✕
        </IconButton>
      </Box>
      <TextField
        fullWidth
        size="small"
        value={text}
        slotProps={{
          htmlInput: {
            list,
            "aria-label": name,
            spellCheck: false,
            style: { fontFamily: "monospace", fontSize: 12.5 },
          },
        }}
        onChange={({ target }) => {
          set(target.value, isList);
        }}
      />
      <datalist id={list}>
        {offers.map((offer) => (
          <option key={offer} value={offer} />
        ))}
      </datalist>
      <FieldFaults node={node.id} field={`collect.${name}`} within />
    </Box>
  );
}
