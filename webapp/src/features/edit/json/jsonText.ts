/** What is typed as JSON and cannot be read yet: it outlives the view. */
import { create } from "zustand";

import type { PipelineDocument } from "@/pipeline/document";

export interface JsonText {
  /** Undefined: the text is that of the document. */
  text: string | undefined;
  /** The document when this text began to be unreadable. */
  of: PipelineDocument | undefined;
}

export const useJsonText = create<JsonText>(() => ({ text: undefined, of: undefined }));

export function forgetText(): void {
  const { text } = useJsonText.getState();
  if (text !== undefined) useJsonText.setState({ text: undefined, of: undefined });
}
