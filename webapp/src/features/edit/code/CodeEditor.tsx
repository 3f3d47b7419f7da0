/** CodeMirror for Python: colours for light and dark, completion, marks of faults. */
import {
  autocompletion,
  closeBrackets,
  type Completion,
  type CompletionContext,
  completionKeymap,
} from "@codemirror/autocomplete";
import {
  defaultKeymap,
  history,
  historyKeymap,
  indentWithTab,
} from "@codemirror/commands";
import { python } from "@codemirror/lang-python";
import {
  bracketMatching,
  HighlightStyle,
  syntaxHighlighting,
} from "@codemirror/language";
import { type Diagnostic, setDiagnostics } from "@codemirror/lint";
import { EditorState } from "@codemirror/state";
import { EditorView, keymap } from "@codemirror/view";
import { tags } from "@lezer/highlight";
import Box from "@mui/material/Box";
import { useEffect, useRef } from "react";

import { MONO } from "@/shared/theme";

import { LOOKED_AT } from "./lookedAt";
import { keysFor, type NamedNode, offeredFor } from "./names";

export interface Mark {
  message: string;
  line: number | undefined;
}

interface CodeEditorProps {
  label: string;
  value: string;
  /** Asked for when something is completed: it looks at all that comes before. */
  names: () => readonly NamedNode[];
  marks: readonly Mark[];
  isOneLine: boolean;
  takesFocus: boolean;
  readOnly: boolean;
  onChange: (value: string) => void;
}

export function CodeEditor(props: CodeEditorProps) {
  const { label, value, marks, isOneLine, readOnly } = props;
  const place = useRef<HTMLDivElement>(null);
  const view = useRef<EditorView>(undefined);
  // What the editor asks while it lives; making it anew would lose cursor and history.
  const latest = useRef(props);
  useEffect(() => {
    latest.current = props;
  });

  useEffect(() => {
    const parent = place.current;
    if (!parent) return undefined;
    const made = new EditorView({
      parent,
      state: EditorState.create({
        doc: latest.current.value,
        extensions: [
          ...BASE,
          ...(isOneLine ? [ONE_LINE] : [keymap.of([indentWithTab])]),
          EditorView.contentAttributes.of({ "aria-label": label }),
          ...(readOnly ? LOOKED_AT : []),
          autocompletion({
            override: [(context) => completed(context, latest.current.names())],
          }),
          EditorView.updateListener.of((update) => {
            if (!update.docChanged) return;
            const text = update.state.doc.toString();
            if (text !== latest.current.value) latest.current.onChange(text);
          }),
        ],
      }),
    });
    view.current = made;
    if (latest.current.takesFocus) made.focus();
    return () => {
      made.destroy();
    };
  }, [label, isOneLine, readOnly]);

  useEffect(() => {
    // An undo, or another view, has changed the document.
    const shown = view.current?.state.doc;
    if (!shown || shown.toString() === value) return;
    view.current?.dispatch({ changes: { from: 0, to: shown.length, insert: value } });
  }, [value]);

  const marked = JSON.stringify(marks);
  useEffect(() => {
    const current = view.current;
    if (!current) return;
    const found = (JSON.parse(marked) as Mark[]).map((mark) =>
      diagnosticOf(mark, current),
    );
    current.dispatch(setDiagnostics(current.state, found));
  }, [marked]);

  return <Box ref={place} data-own-keys sx={isOneLine ? ASKS : WRITES} />;
}

function diagnosticOf({ message, line }: Mark, { state }: EditorView): Diagnostic {
  const at = state.doc.line(Math.min(Math.max(1, line ?? 1), state.doc.lines));
  return { from: at.from, to: at.to, severity: "error", message };
}

function completed(context: CompletionContext, names: readonly NamedNode[]) {
  const line = context.state.doc.lineAt(context.pos);
  const before = line.text.slice(0, context.pos - line.from);
  const inQuotes = /\.out\[['"]([^'"]*)$/.exec(before);
  if (inQuotes) {
    const from = context.pos - (inQuotes[1]?.length ?? 0);
    return { from, options: keysFor(before, names).map((label) => ({ label })) };
  }

  const word = context.matchBefore(/[A-Za-z_][\w-]*$/);
  const isAfterDot = /[\w-]\.$/.test(before);
  if (!word && !isAfterDot && !context.explicit) return null;
  const options: Completion[] = offeredFor(before, names);
  return { from: word?.from ?? context.pos, options };
}

/** The nonce that the page's policy asks of styles. */
const nonce =
  document.querySelector<HTMLMetaElement>('meta[name="style-nonce"]')?.content ?? "";

const both = (light: string, dark: string) => `light-dark(${light}, ${dark})`;

const colours = HighlightStyle.define([
  { tag: tags.keyword, color: both("#8a3ea8", "#d7a6ee") },
  { tag: [tags.string, tags.special(tags.string)], color: both("#1f6e3a", "#8fd6a3") },
  { tag: [tags.number, tags.bool, tags.null], color: both("#8f5200", "#efb96f") },
  { tag: tags.comment, color: both("#61666f", "#a1a5ac"), fontStyle: "italic" },
  { tag: [tags.function(tags.variableName)], color: both("#2b5fd0", "#8fb4ff") },
  { tag: tags.propertyName, color: both("#005f76", "#6cd2e9") },
]);

const ONE_LINE = keymap.of([{ key: "Enter", run: () => true }]);

const BASE = [
  EditorView.cspNonce.of(nonce),
  history(),
  closeBrackets(),
  bracketMatching(),
  keymap.of([...completionKeymap, ...defaultKeymap, ...historyKeymap]),
  python(),
  syntaxHighlighting(colours),
  EditorView.lineWrapping,
  EditorView.theme({
    "&": { fontSize: "12.5px" },
    "&.cm-focused": { outline: "none" },
    ".cm-scroller": { fontFamily: MONO, lineHeight: "1.5" },
    ".cm-content": { caretColor: "currentColor", padding: "6px 0" },
    ".cm-tooltip": {
      background: "var(--mui-palette-background-paper)",
      color: "var(--mui-palette-text-primary)",
      border: "1px solid var(--mui-palette-divider)",
      borderRadius: "8px",
    },
    ".cm-tooltip-autocomplete ul li[aria-selected]": {
      background: "var(--mui-palette-primary-main)",
      color: "var(--mui-palette-primary-contrastText)",
    },
    ".cm-cursor": { borderLeftColor: "currentColor" },
  }),
];

const STYLES = {
  border: 1,
  borderColor: "divider",
  borderRadius: 1,
  px: 1,
  bgcolor: "background.default",
  "&:focus-within": {
    borderColor: "primary.main",
    outline: "1px solid var(--mui-palette-primary-main)",
  },
};

/**
 * While nothing is written: what may be. Not by CodeMirror, whose element for it has a
 * style of its own: the page's policy lets nobody copy that.
 */
function withExample(example: string) {
  return {
    ...STYLES,
    "& .cm-line:only-child:has(> br:only-child)::before": {
      content: JSON.stringify(example),
      position: "absolute",
      color: "text.secondary",
      pointerEvents: "none",
    },
  };
}

const ASKS = withExample("step.out.count > 3");
const WRITES = withExample('node.out = {"count": 3}');
