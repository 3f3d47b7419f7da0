/** Someone stored a version meanwhile: both side by side, merged node by node. */
import Alert from "@mui/material/Alert";
import Box from "@mui/material/Box";
import Button from "@mui/material/Button";
import DialogActions from "@mui/material/DialogActions";
import DialogContent from "@mui/material/DialogContent";
import DialogTitle from "@mui/material/DialogTitle";
import Paper from "@mui/material/Paper";
import Typography from "@mui/material/Typography";
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";

import { differences, type FieldChange } from "@/pipeline/difference";
import type { PipelineDocument } from "@/pipeline/document";
import {
  type Choice,
  type Clash,
  clashesOf,
  merged,
  PIPELINE,
  takenFrom,
  type Versions,
} from "@/pipeline/merge";
import { readDocument } from "@/pipeline/reading";
import { sharing } from "@/pipeline/sharing";
import { engine } from "@/shared/api/client";
import { useTranslation } from "@/shared/i18n";
import { CHOSEN } from "@/shared/theme";
import { Failure } from "@/shared/ui/Faults";

import { EditDialog } from "../EditDialog";
import { perform, useEdit } from "../store";
import { useUi } from "../ui";
import { words } from "../words";
import { Fields } from "./DifferenceList";

export function ConflictDialog() {
  return (
    <EditDialog name="conflict" width="lg" titleId="conflict-title">
      {(close) => <Conflict onDone={close} />}
    </EditDialog>
  );
}

function Conflict({ onDone }: { onDone: () => void }) {
  const { t } = useTranslation();
  const route = useEdit((state) => state.route) ?? "";
  const theirs = useQuery({
    queryKey: ["theirs", route],
    queryFn: async ({ signal }) => {
      const details = await engine.route(route, signal);
      const { document } = readDocument(details.pipeline);
      return { version: details.version ?? undefined, document };
    },
    staleTime: 0,
    gcTime: 0,
  });

  return (
    <>
      <DialogTitle id="conflict-title">{t("edit.conflict.title")}</DialogTitle>
      {theirs.error && (
        <DialogContent tabIndex={0}>
          <Failure error={theirs.error} />
        </DialogContent>
      )}
      {theirs.data?.document && (
        <Merge
          theirs={theirs.data.document}
          version={theirs.data.version}
          onDone={onDone}
        />
      )}
    </>
  );
}

interface MergeProps {
  theirs: PipelineDocument;
  version: string | undefined;
  onDone: () => void;
}

function Merge({ theirs, version, onDone }: MergeProps) {
  const { t } = useTranslation();
  const base = useEdit((state) => state.base);
  const mine = useEdit((state) => state.document);
  const route = useEdit((state) => state.route) ?? "";
  const [choices, setChoices] = useState<ReadonlyMap<string, Choice>>(new Map());

  const versions: Versions = { base: base.document, mine, theirs };
  const clashes = clashesOf(versions);
  const taken = takenFrom(versions).filter((id) => id !== PIPELINE);

  const merge = () => {
    perform((document) => sharing(document, merged(versions, choices)));
    useEdit.getState().rebase(route, { version, document: theirs });
    useUi.getState().tell({ text: words("edit.conflict.merged") });
    onDone();
  };

  return (
    <>
      <DialogContent tabIndex={0}>
        <Typography sx={{ mb: 4 }}>{t("edit.conflict.intro")}</Typography>
        {taken.length > 0 && (
          <Typography color="textSecondary" sx={{ mb: 4 }}>
            {t("edit.conflict.taken", { count: taken.length, ids: taken.join(", ") })}
          </Typography>
        )}
        {clashes.length === 0 && (
          <Alert severity="success">{t("edit.conflict.no_clash")}</Alert>
        )}
        <Box sx={{ display: "grid", gap: 4 }}>
          {clashes.map((clash) => (
            <Sides
              key={clash.id}
              clash={clash}
              versions={versions}
              choice={choices.get(clash.id) ?? "mine"}
              onChoose={(choice) => {
                setChoices(new Map([...choices, [clash.id, choice]]));
              }}
            />
          ))}
        </Box>
      </DialogContent>
      <DialogActions>
        <Button color="inherit" onClick={onDone}>
          {t("edit.cancel")}
        </Button>
        <Button variant="contained" onClick={merge}>
          {t("edit.conflict.merge")}
        </Button>
      </DialogActions>
    </>
  );
}

interface SidesProps {
  clash: Clash;
  versions: Versions;
  choice: Choice;
  onChoose: (choice: Choice) => void;
}

function Sides({ clash, versions, choice, onChoose }: SidesProps) {
  const { t } = useTranslation();
  const name = clash.id === PIPELINE ? t("edit.conflict.pipeline") : clash.id;
  return (
    <Box component="fieldset" sx={{ border: 0, m: 0, p: 0, minWidth: 0 }}>
      <Typography component="legend" variant="h3" sx={{ mb: 1 }}>
        {name}
      </Typography>
      <Box
        sx={{
          display: "grid",
          gap: 3,
          gridTemplateColumns: { xs: "1fr", sm: "1fr 1fr" },
        }}
      >
        {(["mine", "theirs"] as const).map((side) => (
          <Paper
            key={side}
            component="label"
            sx={{
              p: 3,
              minWidth: 0,
              cursor: "pointer",
              bgcolor: choice === side ? CHOSEN : "background.paper",
              borderColor: choice === side ? "primary.main" : "divider",
            }}
          >
            <Box sx={{ display: "flex", gap: 2, alignItems: "center", mb: 1 }}>
              <input
                type="radio"
                name={`clash ${clash.id}`}
                checked={choice === side}
                onChange={() => {
                  onChoose(side);
                }}
              />
              <strong>{t(`edit.conflict.${side}`)}</strong>
            </Box>
            <Side clash={clash} versions={versions} side={side} />
          </Paper>
        ))}
      </Box>
    </Box>
  );
}

function Side({
  clash,
  versions,
  side,
}: {
  clash: Clash;
  versions: Versions;
  side: Choice;
}) {
  const { t } = useTranslation();
  if (clash.id !== PIPELINE && !clash[side]) return t("edit.conflict.removed");
  return <Fields fields={fieldsOf(clash, versions, side)} />;
}

/** What one side changed in this node. */
function fieldsOf(clash: Clash, versions: Versions, side: Choice): FieldChange[] {
  const found = differences(versions.base, versions[side]);
  if (clash.id === PIPELINE) {
    return found.flatMap((one) => (one.kind === "pipeline" ? one.fields : []));
  }
  return found.flatMap((one) => {
    if (!("id" in one) || one.id !== clash.id) return [];
    if ("fields" in one) return one.fields;
    return Object.entries(one.node)
      .filter(([field]) => field !== "id")
      .map(([field, after]) => ({ field, before: undefined, after }));
  });
}
