/** A reference: typed, or chosen among what can exist there; what fits comes first. */
import Autocomplete from "@mui/material/Autocomplete";
import Box from "@mui/material/Box";
import TextField from "@mui/material/TextField";
import { useMemo, useState } from "react";

import { type Offer, offersFor } from "@/pipeline/offers";
import type { PipelineNode, Schema } from "@/shared/api/types";
import { useTranslation } from "@/shared/i18n";
import { MONO } from "@/shared/theme";

import { useEdit } from "../store";
import { useKnownRoutes } from "./knownRoutes";
import { seal } from "./changing";
import { typeWords } from "./typeWords";

interface ReferenceInputProps {
  node: PipelineNode;
  label: string;
  text: string;
  schema: Schema | undefined;
  onChange: (text: string) => void;
}

export function ReferenceInput(props: ReferenceInputProps) {
  const { node, label, text, schema, onChange } = props;
  const { t } = useTranslation();
  const routes = useKnownRoutes();
  const [open, setOpen] = useState(false);
  // Only while the list is open: this looks at all that comes before.
  const nodes = useEdit(({ document }) => (open ? document.nodes : undefined));
  const offers = useMemo(
    () => (nodes ? offersFor({ nodes, routes }, node, schema, label) : []),
    [nodes, routes, node, schema, label],
  );

  return (
    <Autocomplete<Offer, false, true, true>
      freeSolo
      disableClearable
      // What is chosen next takes its place; one more click goes into the text.
      selectOnFocus
      openOnFocus={text === ""}
      size="small"
      open={open}
      onOpen={() => {
        setOpen(true);
      }}
      onClose={() => {
        setOpen(false);
      }}
      options={offers}
      slotProps={{ listbox: { sx: LOW_HEADINGS } }}
      inputValue={text}
      getOptionLabel={(offer) => (typeof offer === "string" ? offer : offer.reference)}
      getOptionKey={(offer) => (typeof offer === "string" ? offer : offer.reference)}
      groupBy={({ fit }) => t(`canvas.fit.${fit}`)}
      filterOptions={(all) => matching(all, text)}
      onInputChange={(_, value, reason) => {
        if (reason !== "reset") onChange(value);
      }}
      onChange={(_, chosen) => {
        onChange(typeof chosen === "string" ? chosen : chosen.reference);
        seal();
      }}
      onBlur={seal}
      renderOption={({ key, ...rest }, offer) => (
        <Box component="li" key={key} {...rest} sx={{ fontSize: 12.5 }}>
          <Box sx={{ flex: 1, minWidth: 0 }}>
            <Box sx={{ fontFamily: MONO, overflowWrap: "anywhere" }}>
              {offer.reference}
            </Box>
            <Box sx={{ color: "text.secondary", fontSize: 11.5 }}>
              {offer.schema && typeWords(offer.schema, t)}
            </Box>
          </Box>
        </Box>
      )}
      renderInput={(params) => (
        <TextField
          {...params}
          placeholder={t("canvas.reference_example")}
          slotProps={{
            ...params.slotProps,
            htmlInput: {
              ...params.slotProps.htmlInput,
              "aria-label": label,
              style: { fontFamily: MONO, fontSize: 12.5 },
              spellCheck: false,
            },
          }}
        />
      )}
    />
  );
}

const LOW_HEADINGS = {
  "& .MuiAutocomplete-groupLabel": { lineHeight: 2, fontSize: 11 },
};

/** With the whole of an offer typed the others are shown too: it is to be changed. */
function matching(offers: Offer[], text: string): Offer[] {
  const isWhole = offers.some(({ reference }) => reference === text);
  const asked = text.toLowerCase().trim();
  if (isWhole || asked === "") return offers;
  return offers.filter(({ reference }) => reference.toLowerCase().includes(asked));
}
