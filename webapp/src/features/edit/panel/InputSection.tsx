/** What goes into a node: the fields of its contract, and others. */
import Box from "@mui/material/Box";
import Button from "@mui/material/Button";
import { useMemo, useState } from "react";

import { setField } from "@/pipeline/edits/fields";
import { proposalsFor } from "@/pipeline/offers";
import { contractOf, receivedOf } from "@/pipeline/outputs";
import type { Json, PipelineNode, Schema } from "@/shared/api/types";
import { useTranslation } from "@/shared/i18n";

import { perform, useEdit } from "../store";
import { AddKey } from "./AddKey";
import { FieldFaults } from "./FieldFaults";
import { useKnownRoutes } from "./knownRoutes";
import { Section } from "./simple";
import { ValueRow } from "./ValueRow";

export function InputSection({ node }: { node: PipelineNode }) {
  const { t } = useTranslation();
  const routes = useKnownRoutes();
  const nodes = useEdit(({ document }) => document.nodes);
  const contract = useMemo(
    () =>
      node.type === "service" ? contractOf(routes.get(node.service ?? "")) : undefined,
    [node.type, node.service, routes],
  );
  const given = (node.input as Record<string, Json> | undefined) ?? undefined;
  const [showOptional, setShowOptional] = useState(false);

  const required = keysOf(
    contract?.properties,
    (key) => contract?.required.has(key) === true,
  );
  const optional = keysOf(contract?.properties, (key) => !contract?.required.has(key));
  const extra = Object.keys(given ?? {}).filter(
    (key) => contract?.properties[key] === undefined,
  );
  const shownOptional = optional.filter(
    (key) => showOptional || (given && key in given),
  );
  const proposals = useMemo(
    () => (contract ? proposalsFor({ nodes, routes }, node, contract) : {}),
    [contract, nodes, routes, node],
  );

  return (
    <Section title={t(node.type === "end" ? "canvas.result" : "canvas.inputs")}>
      {given === undefined && (
        <Received
          node={node}
          proposals={Object.keys(proposals).length > 0 ? proposals : undefined}
        />
      )}
      {[...required, ...shownOptional, ...extra].map((key) => (
        <ValueRow
          key={key}
          node={node}
          directive="input"
          name={key}
          value={given?.[key]}
          schema={contract?.properties[key]}
          required={contract?.required.has(key) === true}
          isKnown={!contract || key in contract.properties}
        />
      ))}
      <FieldFaults node={node.id} field="input" />
      <Box sx={{ display: "flex", flexWrap: "wrap", gap: 2 }}>
        {shownOptional.length < optional.length && (
          <Button
            size="small"
            onClick={() => {
              setShowOptional(true);
            }}
          >
            {t("canvas.more_inputs", { count: optional.length - shownOptional.length })}
          </Button>
        )}
        {!contract && <AddKey node={node} directive="input" />}
      </Box>
    </Section>
  );
}

function keysOf(
  properties: Record<string, Schema> | undefined,
  keep: (key: string) => boolean,
): string[] {
  return Object.keys(properties ?? {}).filter(keep);
}

interface ReceivedProps {
  node: PipelineNode;
  proposals: Record<string, string> | undefined;
}

/** Without inputs of its own a node gets all that those before it give. */
function Received({ node, proposals }: ReceivedProps) {
  const { t } = useTranslation();
  const routes = useKnownRoutes();
  const nodes = useEdit(({ document }) => document.nodes);
  const keys = Object.keys(receivedOf({ nodes, routes }, node) ?? {});
  return (
    <Box sx={{ fontSize: 12.5, color: "text.secondary" }}>
      {keys.length > 0
        ? t("canvas.receives", { keys: keys.join(", ") })
        : t("canvas.receives_all")}
      {proposals && (
        <Box sx={{ mt: 1 }}>
          <Button
            size="small"
            variant="outlined"
            onClick={() => {
              perform((document) => setField(document, node.id, "input", proposals));
            }}
          >
            {t("canvas.fill_in", { count: Object.keys(proposals).length })}
          </Button>
        </Box>
      )}
    </Box>
  );
}
