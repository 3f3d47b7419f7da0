/** A piece of code; the editor for it is loaded when the first one is shown. */
import Box from "@mui/material/Box";
import { lazy, Suspense, useState } from "react";

import { outputsOf } from "@/pipeline/outputs";
import { nodesBefore } from "@/pipeline/reach";
import type { PipelineNode } from "@/shared/api/types";
import { useTranslation } from "@/shared/i18n";
import { patiently } from "@/shared/patiently";
import { MONO, toneColor } from "@/shared/theme";

import { useFaultsOf } from "../faults/faultState";
import { knownRoutes } from "../panel/knownRoutes";
import { seal } from "../panel/changing";
import { shortOf } from "../panel/shortOf";
import { useEdit, useReadOnly } from "../store";
import { useTry } from "../try/tryState";
import type { CodeKind } from "./evaluate";
import type { NamedNode } from "./names";
import { useEvaluated } from "./useEvaluated";

const CodeEditor = lazy(
  patiently(
    async () => ({ default: (await import("./CodeEditor")).CodeEditor }),
    // Until it is there a plain field does.
    Infinity,
  ),
);

interface CodeFieldProps {
  label: string;
  node: PipelineNode;
  field: string;
  kind: CodeKind;
  value: string;
  onChange: (value: string) => void;
}

export function CodeField(props: CodeFieldProps) {
  const { label, node, field, kind, value, onChange } = props;
  const { t } = useTranslation();
  const faults = useFaultsOf(node.id).filter((fault) => fault.field === field);
  const marks = faults.map(({ message }) => ({ message, line: lineIn(message) }));
  const readOnly = useReadOnly();
  const hasRun = useTry(({ task }) => task !== undefined);
  const result = useEvaluated(node, value, kind);
  // Who is typing already goes on in the editor, once it is there.
  const [isTyping, setIsTyping] = useState(false);

  return (
    <Box onBlur={seal}>
      <Suspense
        fallback={
          <Plain
            label={label}
            value={value}
            onChange={onChange}
            onFocus={() => {
              setIsTyping(true);
            }}
          />
        }
      >
        <CodeEditor
          label={label}
          value={value}
          names={() => namesFor(node.id)}
          marks={marks}
          isOneLine={kind === "expression"}
          takesFocus={isTyping}
          readOnly={readOnly}
          onChange={onChange}
        />
      </Suspense>
      {value !== "" && !readOnly && (
        <Box
          data-code-value={field}
          sx={{
            mt: 0.5,
            minHeight: 18,
            fontSize: 11.5,
            fontFamily: MONO,
            color: "text.secondary",
            overflowWrap: "anywhere",
          }}
        >
          {!hasRun && t("canvas.not_run")}
          {result?.fault && (
            <Box component="span" lang="en" sx={{ color: toneColor("waiting") }}>
              {result.fault.message}
            </Box>
          )}
          {result && !result.fault && `= ${shortOf(result.value ?? null)}`}
          {result?.printed && ` · ${result.printed}`}
        </Box>
      )}
    </Box>
  );
}

interface PlainProps extends Pick<CodeFieldProps, "label" | "value" | "onChange"> {
  onFocus: () => void;
}

/** Until the editor is there, which the engine may be too far away for. */
function Plain({ label, value, onChange, onFocus }: PlainProps) {
  return (
    <Box
      component="textarea"
      aria-label={label}
      value={value}
      onFocus={onFocus}
      onChange={({ target }) => {
        onChange(target.value);
      }}
      sx={{ width: "100%", minHeight: 34, font: `12px ${MONO}` }}
    />
  );
}

function lineIn(message: string): number | undefined {
  const found = /\bline (\d+)/.exec(message)?.[1];
  return found === undefined ? undefined : Number(found);
}

/** The nodes that code can name, with what is known of their outputs. */
function namesFor(id: string): NamedNode[] {
  const { nodes } = useEdit.getState().document;
  const known = { nodes, routes: knownRoutes() };
  const { outs } = useTry.getState();
  return nodesBefore(nodes, id).map((before) => {
    const given = Object.keys(outputsOf(known, before) ?? {});
    const seen = Object.keys(outs.get(before.id) ?? {});
    return { id: before.id, keys: [...new Set([...given, ...seen])] };
  });
}
