/** A text of an author: what stands between backticks is shown as code. */
import { Fragment } from "react";

export function Words({ text }: { text: string }) {
  // Every second piece stood between backticks.
  return text
    .split("`")
    .map((piece, index) =>
      index % 2 === 1 ? (
        <code key={index}>{piece}</code>
      ) : (
        <Fragment key={index}>{piece}</Fragment>
      ),
    );
}
