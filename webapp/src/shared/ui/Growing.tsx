/**
 * A field of several lines that grows with its text by the browser's own means. MUI's
 * measures it at each key, for which the whole page is laid out: 15 ms beside 500 nodes.
 */
import type { TextareaHTMLAttributes } from "react";

function Growing({ style, ...props }: TextareaHTMLAttributes<HTMLTextAreaElement>) {
  return <textarea rows={1} {...props} {...NO_TYPE} style={{ ...GROWS, ...style }} />;
}

/** MUI gives a type to every input, which a textarea does not have. */
const NO_TYPE: object = { type: undefined };

const GROWS = { fieldSizing: "content", minHeight: "1lh" } as const;

/** Browsers that cannot do it keep what MUI does. */
const canGrow = typeof CSS !== "undefined" && CSS.supports("field-sizing", "content");

/** For `slotProps.input` of a `TextField` that is `multiline`. */
export const GROWING = canGrow ? { inputComponent: Growing } : {};
