/** What most nodes do not need: when they start, how often they try, code around. */
import Box from "@mui/material/Box";

import { setField, valueAt } from "@/pipeline/edits/fields";
import type { PipelineNode } from "@/shared/api/types";
import { useTranslation } from "@/shared/i18n";

import { perform } from "../store";
import { useFaultsOf } from "../faults/faultState";
import { FieldFaults } from "./FieldFaults";
import { CodeBlock } from "./CodeBlock";
import { Folded, JsonText, NumberField, TextField } from "./simple";

const FIELDS = ["delay", "timeout", "retry", "ready", "before", "after", "params"];

export function MoreFields({ node }: { node: PipelineNode }) {
  const { t } = useTranslation();
  const faults = useFaultsOf(node.id);
  const calls = node.type === "service" || node.type === "http";
  // The code of a step of code stands above.
  const own = FIELDS.filter((field) => field !== "after" || node.type !== "node");
  const isSet = own.some((field) => valueAt(node, field) !== undefined);
  const isWrong = faults.some(({ field }) => own.includes(field?.split(".")[0] ?? ""));

  return (
    <Folded title={t("canvas.more")} isUsed={isSet || isWrong}>
      <Box
        sx={{ display: "grid", gridTemplateColumns: "minmax(0, 1fr)", gap: 4, pt: 1 }}
      >
        <TextField
          node={node}
          field="delay"
          label={t("canvas.field.delay")}
          placeholder="30s, 10m, 2h"
        />
        {calls && (
          <Box sx={{ display: "grid", gridTemplateColumns: "1fr 1fr", gap: 2 }}>
            <NumberField
              node={node}
              field="timeout"
              label={t("canvas.field.timeout")}
              usual="300"
            />
            <NumberField
              node={node}
              field="retry"
              label={t("canvas.field.retry")}
              usual="4"
            />
          </Box>
        )}
        {node.type !== "entry" && (
          <CodeBlock node={node} field="ready" kind="expression" />
        )}
        <CodeBlock node={node} field="before" kind="statements" />
        {node.type !== "node" && (
          <CodeBlock node={node} field="after" kind="statements" />
        )}
        <Box data-field="params">
          <JsonText
            label={t("canvas.field.params")}
            value={valueAt(node, "params")}
            onChange={(value) => {
              perform((document) => setField(document, node.id, "params", value), {
                mark: `${node.id} params`,
              });
            }}
          />
          <FieldFaults node={node.id} field="params" within />
        </Box>
      </Box>
    </Folded>
  );
}
