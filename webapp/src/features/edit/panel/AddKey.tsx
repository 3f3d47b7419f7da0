/** Gives a directive one more key. */
import Box from "@mui/material/Box";
import Button from "@mui/material/Button";
import TextField from "@mui/material/TextField";
import { type FormEvent, useState } from "react";

import { addInput, type Directive } from "@/pipeline/edits/inputs";
import type { Json, PipelineNode } from "@/shared/api/types";
import { useTranslation } from "@/shared/i18n";

import { perform } from "../store";
import { useUi } from "../ui";

interface AddKeyProps {
  node: PipelineNode;
  directive: Directive;
  /** What the new key has at first. */
  first?: (key: string) => Json;
}

const nothing = () => "";

export function AddKey({ node, directive, first = nothing }: AddKeyProps) {
  const { t } = useTranslation();
  const [name, setName] = useState<string>();
  if (name === undefined) {
    // What goes into the end is what the pipeline gives.
    const word = node.type === "end" ? "then_out" : directive.replace(".", "_");
    return (
      <Button
        size="small"
        sx={{ justifySelf: "start" }}
        onClick={() => {
          setName("");
        }}
      >
        {t(`canvas.add_key.${word}`)}
      </Button>
    );
  }

  const add = (event: FormEvent) => {
    event.preventDefault();
    const key = name.trim();
    if (key === "") return;
    setName(undefined);
    perform((document) => addInput(document, node.id, key, first(key), directive));
    useUi.getState().goTo(node.id, `${directive}.${key}`);
  };
  return (
    <Box component="form" onSubmit={add} sx={{ display: "flex", gap: 2 }}>
      <TextField
        size="small"
        autoFocus
        label={t("canvas.key_name")}
        value={name}
        onChange={({ target }) => {
          setName(target.value);
        }}
        onKeyDown={(event) => {
          if (event.key === "Escape") setName(undefined);
        }}
      />
      <Button type="submit" size="small">
        {t("canvas.add")}
      </Button>
    </Box>
  );
}
