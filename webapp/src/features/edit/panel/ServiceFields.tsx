/** What a step calls. */
import Autocomplete from "@mui/material/Autocomplete";
import Box from "@mui/material/Box";
import MuiTextField from "@mui/material/TextField";

import type { PipelineNode } from "@/shared/api/types";
import { useTranslation } from "@/shared/i18n";
import { AppLink } from "@/shared/ui/LinkButton";
import { Words } from "@/shared/ui/Words";

import { UsedByButton } from "../users/UsedByButton";
import { FieldFaults } from "./FieldFaults";
import { useKnownRoutes } from "./knownRoutes";
import { change, seal } from "./changing";
import { TextField } from "./simple";

export function ServiceFields({ node }: { node: PipelineNode }) {
  const { t } = useTranslation();
  const routes = useKnownRoutes();
  const route = routes.get(node.service ?? "");
  if (node.url !== undefined && node.service === undefined) {
    return <TextField node={node} field="url" label={t("canvas.field.url")} mono />;
  }
  return (
    <Box data-field="service">
      <Autocomplete<string, false, true, true>
        freeSolo
        disableClearable
        selectOnFocus
        size="small"
        options={[...routes.keys()]}
        // With the name of one the others are shown too: it is to be changed.
        {...(route && { filterOptions: (all) => all })}
        inputValue={node.service ?? ""}
        onInputChange={(_, value, reason) => {
          if (reason !== "reset") change(node.id, "service", value);
        }}
        onChange={(_, value) => {
          change(node.id, "service", value);
          seal();
        }}
        onBlur={seal}
        renderInput={(params) => (
          <MuiTextField {...params} label={t("canvas.field.service")} />
        )}
      />
      {route && (
        <Box lang="en" sx={{ fontSize: 12.5, color: "text.secondary", mt: 1 }}>
          <Words text={route.summary} />{" "}
          {route.type === "pipeline" && (
            <AppLink to="/edit/$route" params={{ route: route.route }}>
              {t("canvas.open_pipeline")}
            </AppLink>
          )}
        </Box>
      )}
      {route && <UsedByButton route={route.route} />}
      <FieldFaults node={node.id} field="service" />
    </Box>
  );
}
