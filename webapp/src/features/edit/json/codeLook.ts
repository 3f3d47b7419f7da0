/** How code looks in the editor, in light and in dark. */
import { HighlightStyle, syntaxHighlighting } from "@codemirror/language";
import { EditorView } from "@codemirror/view";
import { tags } from "@lezer/highlight";

import { MONO } from "@/shared/theme";

const theme = EditorView.theme({
  "&": { height: "100%", fontSize: "13px", color: "var(--mui-palette-text-primary)" },
  "&.cm-focused": { outline: "none" },
  ".cm-scroller": { fontFamily: MONO, lineHeight: "1.5" },
  ".cm-content": { caretColor: "var(--mui-palette-text-primary)" },
  ".cm-cursor": { borderLeftColor: "var(--mui-palette-text-primary)" },
  ".cm-gutters": {
    backgroundColor: "var(--mui-palette-background-default)",
    color: "var(--mui-palette-text-secondary)",
    border: "none",
  },
  ".cm-activeLine, .cm-activeLineGutter": { backgroundColor: "transparent" },
  "&.cm-focused .cm-activeLine": {
    backgroundColor: "light-dark(#171b220a, #ffffff0d)",
  },
  ".cm-selectionBackground, &.cm-focused > .cm-scroller > .cm-selectionLayer .cm-selectionBackground":
    { backgroundColor: "light-dark(#cfdcf7, #2c4a80)" },
  ".cm-panels": {
    backgroundColor: "var(--mui-palette-background-paper)",
    color: "var(--mui-palette-text-primary)",
  },
  ".cm-tooltip": {
    backgroundColor: "var(--mui-palette-background-paper)",
    color: "var(--mui-palette-text-primary)",
    border: "1px solid var(--mui-palette-divider)",
  },
});

const colors = HighlightStyle.define([
  { tag: tags.propertyName, color: "light-dark(#1f4f9e, #95c4ff)" },
  { tag: tags.string, color: "light-dark(#1d6b36, #8fd4a0)" },
  { tag: [tags.number, tags.bool, tags.null], color: "light-dark(#8a4b00, #e7b876)" },
  { tag: tags.invalid, color: "light-dark(#c53732, #f6857a)" },
]);

export const codeLook = [theme, syntaxHighlighting(colors)];
