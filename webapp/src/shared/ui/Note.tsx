/** A page that says one thing: why there is nothing to see, and whom to ask. */
import Alert from "@mui/material/Alert";

import { Page } from "./Page";

export function Note({ title, words }: { title: string; words: string }) {
  return (
    <Page title={title}>
      <Alert severity="info">{words}</Alert>
    </Page>
  );
}
