/** What the chosen node gave in the last run. */
import Box from "@mui/material/Box";

import type { PipelineNode } from "@/shared/api/types";
import { useTranslation } from "@/shared/i18n";
import { JsonView } from "@/shared/viewers/JsonView";

import { useRunOf } from "../try/tryState";
import { useRunValues } from "../try/useRunValues";
import { Section } from "./simple";

export function ResultOfRun({ node }: { node: PipelineNode }) {
  const { t } = useTranslation();
  const run = useRunOf(node.id);
  const values = useRunValues(node.id, run !== undefined);
  if (!values) return null;

  const pictures = picturesIn(values.out);
  return (
    <Section title={t("canvas.last_output")}>
      {pictures.length > 0 && (
        <Box sx={{ display: "flex", flexWrap: "wrap", gap: 2 }}>
          {pictures.map((url) => (
            <Box
              key={url}
              component="img"
              src={url}
              alt=""
              sx={{
                height: 88,
                maxWidth: "100%",
                borderRadius: 1,
                border: 1,
                borderColor: "divider",
              }}
            />
          ))}
        </Box>
      )}
      {values.fault && (
        <Box lang="en" sx={{ fontSize: 12.5, overflowWrap: "anywhere" }}>
          {values.fault.message}
        </Box>
      )}
      {values.out !== null && (
        <Box
          tabIndex={0}
          role="group"
          aria-label={t("canvas.last_output")}
          sx={{ maxHeight: 240, overflow: "auto" }}
        >
          <JsonView value={values.out} />
        </Box>
      )}
    </Section>
  );
}

const MAX_PICTURES = 6;

function picturesIn(value: unknown, found: string[] = []): string[] {
  if (typeof value !== "object" || value === null || found.length >= MAX_PICTURES) {
    return found;
  }
  const { url, type } = value as { url?: unknown; type?: unknown };
  if (
    typeof url === "string" &&
    typeof type === "string" &&
    type.startsWith("image/")
  ) {
    found.push(url);
    return found;
  }
  for (const one of Object.values(value)) picturesIn(one, found);
  return found;
}
