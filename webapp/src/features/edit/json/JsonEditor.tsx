/**
 * The document as its text, both ways. What can be read becomes the document at each
 * letter; what cannot be read stays here, and the other views keep the last state.
 */
import Alert from "@mui/material/Alert";
import Box from "@mui/material/Box";
import Button from "@mui/material/Button";
import { defaultKeymap, history, historyKeymap } from "@codemirror/commands";
import { json, jsonParseLinter } from "@codemirror/lang-json";
import {
  bracketMatching,
  foldGutter,
  foldKeymap,
  indentOnInput,
} from "@codemirror/language";
import { lintGutter, linter, lintKeymap } from "@codemirror/lint";
import { highlightSelectionMatches, searchKeymap } from "@codemirror/search";
import { EditorState } from "@codemirror/state";
import { drawSelection, EditorView, keymap, lineNumbers } from "@codemirror/view";
import { useEffect, useRef } from "react";

import type { PipelineDocument } from "@/pipeline/document";
import { readText } from "@/pipeline/reading";
import { textOfJson } from "@/pipeline/text";
import { useTranslation } from "@/shared/i18n";

import { perform, useEdit, useReadOnly } from "../store";
import { LOOKED_AT } from "../code/lookedAt";
import { codeLook } from "./codeLook";
import { forgetText, useJsonText } from "./jsonText";
import { becomes, changeOf } from "./reading";

export function JsonEditor() {
  const { t } = useTranslation();
  const place = useRef<HTMLDivElement>(null);
  const view = useRef<EditorView>(null);
  const text = useJsonText((state) => state.text);
  const label = t("edit.json.label");
  const readOnly = useReadOnly();

  useEffect(() => {
    if (!place.current) return undefined;
    const editor = new EditorView({
      parent: place.current,
      state: EditorState.create({
        doc: currentText(),
        extensions: [extensions(label), ...(readOnly ? LOOKED_AT : [])],
      }),
    });
    view.current = editor;

    // Undo, and whoever else changes the document, changes the text too.
    const stop = useEdit.subscribe((state, before) => {
      if (state.document !== before.document) follow(editor, state.document);
    });
    return () => {
      stop();
      editor.destroy();
    };
  }, [label, readOnly]);

  const problem = text === undefined ? undefined : readText(text).problem;
  return (
    <Box sx={{ flex: 1, minWidth: 0, display: "flex", flexDirection: "column" }}>
      {problem && (
        <Alert
          severity="error"
          role="status"
          sx={{ borderRadius: 0, py: 0, alignItems: "center" }}
          action={
            <Button
              size="small"
              color="inherit"
              onClick={() => {
                forgetText();
                if (view.current) follow(view.current, useEdit.getState().document);
              }}
            >
              {t("edit.json.take_back")}
            </Button>
          }
        >
          {t("edit.json.wrong", {
            reason: t(`edit.unreadable.${problem.code}`, { place: problem.place }),
          })}{" "}
          {t("edit.json.shown")}
        </Alert>
      )}
      <Box
        ref={place}
        data-own-keys=""
        sx={{ flex: 1, minHeight: 0, overflow: "hidden" }}
      />
    </Box>
  );
}

function currentText(): string {
  return useJsonText.getState().text ?? textOf(useEdit.getState().document);
}

function textOf(document: PipelineDocument): string {
  return textOfJson(document);
}

/** Show a document that did not come from this text. */
function follow(editor: EditorView, document: PipelineDocument): void {
  const shown = editor.state.doc.toString();
  // The text that is typed says the same already; and what is unreadable stays.
  if (useJsonText.getState().text !== undefined) return;
  if (becomes(document, shown).document === document) return;
  editor.dispatch({ changes: changeOf(shown, textOf(document)) });
}

function onTyped(editor: EditorView): void {
  const text = editor.state.doc.toString();
  const { document: now } = useEdit.getState();
  const before = useJsonText.getState();
  const { document } = becomes(now, text, before.of);
  if (!document) {
    useJsonText.setState({ text, of: before.of ?? now });
    return;
  }
  forgetText();
  perform(() => document, { mark: "json" });
  // It has more than the text: what was changed elsewhere while nobody could read this.
  if (before.of) follow(editor, document);
}

function extensions(label: string) {
  const nonce = window.document.querySelector<HTMLMetaElement>(
    'meta[name="style-nonce"]',
  )?.content;
  return [
    ...(nonce ? [EditorView.cspNonce.of(nonce)] : []),
    EditorView.contentAttributes.of({ "aria-label": label }),
    lineNumbers(),
    EditorView.lineWrapping,
    foldGutter(),
    history(),
    drawSelection(),
    indentOnInput(),
    bracketMatching(),
    highlightSelectionMatches(),
    json(),
    linter(jsonParseLinter()),
    lintGutter(),
    codeLook,
    // Tab leaves the editor, as it leaves every field.
    keymap.of([
      ...defaultKeymap,
      ...historyKeymap,
      ...searchKeymap,
      ...foldKeymap,
      ...lintKeymap,
    ]),
    EditorView.updateListener.of((update) => {
      if (update.docChanged) onTyped(update.view);
    }),
  ];
}
