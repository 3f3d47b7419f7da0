/** Of an editor in which nothing can be changed: it is read, copied, reached by Tab. */
import { EditorState } from "@codemirror/state";
import { EditorView } from "@codemirror/view";

export const LOOKED_AT = [
  EditorState.readOnly.of(true),
  EditorView.editable.of(false),
  EditorView.contentAttributes.of({ tabindex: "0" }),
];
