/** Everything of the chosen node, field by field. */
import Box from "@mui/material/Box";
import Button from "@mui/material/Button";
import Typography from "@mui/material/Typography";
import { lazy, Suspense, useEffect, useRef } from "react";

import { Tile } from "@/canvas/nodes/Tile";
import { findNode, loopOf } from "@/pipeline/document";
import type { PipelineNode } from "@/shared/api/types";
import { useTranslation } from "@/shared/i18n";
import { MONO } from "@/shared/theme";

import { focusNode } from "../canvas/picking";
import { useEdit, useReadOnly } from "../store";
import { useTry } from "../try/tryState";
import { useUi } from "../ui";
import { BranchFields } from "./BranchFields";
import { EntryFields } from "./EntryFields";
import { FieldFaults } from "./FieldFaults";
import { HttpFields } from "./HttpFields";
import { InputSection } from "./InputSection";
import { LoopFields } from "./LoopFields";
import { MoreFields } from "./MoreFields";
import { ResultOfRun } from "./ResultOfRun";
import { ServiceFields } from "./ServiceFields";
import { SeveralChosen } from "./SeveralChosen";
import { StepMenu } from "./StepMenu";
import { CodeBlock } from "./CodeBlock";
import { TextField } from "./simple";
import { WaysSection } from "./WaysSection";

// It comes with the first run that there is.
const ItemChoice = lazy(async () => ({
  default: (await import("../try/ItemChoice")).ItemChoice,
}));

export function NodePanel() {
  const { t } = useTranslation();
  const selection = useEdit((state) => state.selection);
  const readOnly = useReadOnly();
  const frame = useRef<HTMLElement>(null);

  const only = selection.length === 1 ? selection[0] : undefined;
  useEffect(() => {
    // Another step is read from its name on.
    frame.current?.scrollTo(0, 0);
  }, [only]);
  useFocusAsked(frame);
  const node = useEdit(({ document }) =>
    only === undefined ? undefined : findNode(document, only),
  );
  return (
    <Box
      component="aside"
      ref={frame}
      aria-label={t("canvas.panel")}
      onKeyDown={(event) => {
        // Lists and completions that are open close first.
        if (event.key !== "Escape" || event.defaultPrevented) return;
        focusNode(only);
      }}
      sx={{ height: "100%", overflow: "auto", bgcolor: "background.paper" }}
    >
      {node ? (
        <Fields key={node.id} node={node} />
      ) : selection.length > 1 ? (
        <SeveralChosen ids={selection} />
      ) : (
        <Typography color="textSecondary" sx={{ p: 5, fontSize: 13 }}>
          {t(readOnly ? "edit.looking.choose" : "canvas.choose_node")}
        </Typography>
      )}
    </Box>
  );
}

function Fields({ node }: { node: PipelineNode }) {
  const { t } = useTranslation();
  const { openDialog } = useUi.getState();
  const readOnly = useReadOnly();
  const takesInput = node.type !== "entry" && node.type !== "loop";
  const loop = useEdit(({ document }) => loopOf(document, node.id));
  const hasRun = useTry(({ runs }) => runs.size > 0);

  return (
    <Box sx={{ ...COLUMN, p: 4, pb: 12 }}>
      {loop !== null && hasRun && (
        <Suspense fallback={null}>
          <ItemChoice loop={loop} />
        </Suspense>
      )}
      <Box component="fieldset" disabled={readOnly} sx={FIELDS}>
        <Box sx={{ display: "flex", gap: 3, alignItems: "center" }} data-field="id">
          <Tile type={node.type} size={32} />
          <Box sx={{ flex: 1, minWidth: 0 }}>
            <Typography
              component="h2"
              sx={{ fontSize: 16, fontWeight: 650, overflowWrap: "anywhere" }}
            >
              {node.id}
            </Typography>
            <Box
              sx={{
                fontSize: 12,
                color: "text.secondary",
                fontFamily: node.service ? MONO : "inherit",
              }}
            >
              {node.service ?? t(`canvas.kind.${node.type}`)}
            </Box>
          </Box>
          <Button
            size="small"
            color="inherit"
            onClick={() => {
              openDialog("rename");
            }}
          >
            {t("canvas.rename")}
          </Button>
          <StepMenu />
        </Box>
        <FieldFaults node={node.id} field="id" />
        <FieldFaults node={node.id} field="type" />
        <FieldFaults node={node.id} field={undefined} />

        {node.type === "entry" && <EntryFields node={node} />}
        {node.type === "service" && <ServiceFields node={node} />}
        {node.type === "http" && <HttpFields node={node} />}
        {node.type === "loop" && <LoopFields node={node} />}
        {takesInput && <InputSection node={node} />}
        {node.type === "branch" && <BranchFields node={node} />}
        {node.type === "node" && (
          <CodeBlock node={node} field="after" kind="statements" />
        )}
        <WaysSection node={node} />
        <TextField
          node={node}
          field="description"
          label={t("canvas.field.description")}
          multiline
        />
        <MoreFields node={node} />
      </Box>
      <ResultOfRun node={node} />
    </Box>
  );
}

const COLUMN = { display: "grid", gridTemplateColumns: "minmax(0, 1fr)", gap: 5 };

/** The browser itself keeps what may only be looked at from being changed. */
const FIELDS = {
  ...COLUMN,
  m: 0,
  p: 0,
  minWidth: 0,
  border: 0,
  "&:disabled button:not([data-tells])": { display: "none" },
  "&:disabled :is(input, textarea, select)": { color: "text.primary" },
};

const TRY_MS = 50;
const MAX_TRIES = 100;

/** What was asked for once: a panel that is opened anew does not go there again. */
const served = new WeakSet<object>();

/** A field that was asked for gets the focus: of a fault, of a failed run. */
function useFocusAsked(frame: React.RefObject<HTMLElement | null>): void {
  const asked = useUi((state) => state.focus);
  useEffect(() => {
    if (!asked || served.has(asked)) return undefined;
    // Tried at once, so that the keys pressed next are meant for the field; and again,
    // since the canvas may take the focus for the chosen node, and code editors load.
    let tries = 0;
    let timer = 0;
    let hasGoneOn = false;
    const goOn = () => {
      hasGoneOn = true;
      served.add(asked);
    };
    const attempt = () => {
      const panel = frame.current;
      const field = panel && (nearestField(panel, asked.field) ?? panel);
      // Who presses something meanwhile is somewhere else already, and stays there.
      if (!field || hasGoneOn) return;
      if (tries === 0) {
        const details = field.closest("details");
        if (details) details.open = true;
        field.scrollIntoView({ block: "center" });
      }
      const isThere = field.contains(document.activeElement);
      if (!isThere || tries === 0) focusIn(field);
      tries += 1;
      if (isThere) served.add(asked);
      if (!isThere && tries < MAX_TRIES) timer = window.setTimeout(attempt, TRY_MS);
    };
    attempt();
    window.addEventListener("keydown", goOn, true);
    window.addEventListener("pointerdown", goOn, true);
    return () => {
      window.clearTimeout(timer);
      window.removeEventListener("keydown", goOn, true);
      window.removeEventListener("pointerdown", goOn, true);
    };
  }, [asked, frame]);
}

/** `input.image.0` is within `input.image`, which is within `input`. */
function nearestField(
  panel: HTMLElement,
  field: string | undefined,
): HTMLElement | null {
  let name = field ?? "";
  while (name !== "") {
    const found = panel.querySelector<HTMLElement>(
      `[data-field="${CSS.escape(name)}"]`,
    );
    if (found) return found;
    name = name.slice(0, Math.max(0, name.lastIndexOf(".")));
  }
  return null;
}

const CAN_HAVE_FOCUS =
  "[contenteditable=true], input, textarea, select, button, [tabindex='0']";

function focusIn(element: HTMLElement | null | undefined): void {
  const inputs = element?.querySelector<HTMLElement>(
    "[contenteditable=true], input, textarea",
  );
  (inputs ?? element?.querySelector<HTMLElement>(CAN_HAVE_FOCUS))?.focus();
  // What stands there is to be replaced, or is left by an arrow.
  if (inputs instanceof HTMLInputElement) inputs.select();
}
