/** The button that shows the call of the form as code. */
import Button from "@mui/material/Button";
import { lazy, Suspense, useState } from "react";

import type { JsonObject } from "@/shared/api/types";
import { useTranslation } from "@/shared/i18n";

import type { NamedFiles } from "./snippet";

// Few people ask for it: it is loaded when they do.
const SnippetsDialog = lazy(() =>
  import("./SnippetsDialog").then((module) => ({ default: module.SnippetsDialog })),
);

interface SnippetsProps {
  route: string;
  values: JsonObject;
  files: NamedFiles;
}

export function Snippets({ route, values, files }: SnippetsProps) {
  const { t } = useTranslation();
  const [open, setOpen] = useState(false);
  const engineUrl = new URL(document.baseURI).href.replace(/\/$/, "");

  return (
    <>
      <Button
        onClick={() => {
          setOpen(true);
        }}
      >
        {t("run.code")}
      </Button>
      {open && (
        <Suspense>
          <SnippetsDialog
            call={{ engineUrl, route, values, files }}
            onClose={() => {
              setOpen(false);
            }}
          />
        </Suspense>
      )}
    </>
  );
}
