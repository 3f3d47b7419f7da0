/** Saves the documents of all pipelines that are shown, for another engine or a backup. */
import Snackbar from "@mui/material/Snackbar";
import { useMutation } from "@tanstack/react-query";

import { useTranslation } from "@/shared/i18n";
import { BusyButton } from "@/shared/ui/BusyButton";

export function ExportButton({ routes }: { routes: string[] }) {
  const { t } = useTranslation();
  const exporting = useMutation({
    // Few ask for it: what it takes is loaded when somebody does.
    mutationFn: async () =>
      (await import("./exporting")).exportAll("pipelines.zip", routes),
  });
  const left = exporting.data ?? [];
  const said =
    exporting.error?.message ??
    (left.length > 0 ? t("gallery.not_exported", { routes: left.join(", ") }) : "");
  if (routes.length === 0) return null;
  return (
    <>
      <BusyButton
        color="inherit"
        isBusy={exporting.isPending}
        onClick={() => {
          exporting.mutate();
        }}
      >
        {t("gallery.export", { count: routes.length })}
      </BusyButton>
      <Snackbar
        open={said !== ""}
        message={said}
        autoHideDuration={SAID_MS}
        onClose={() => {
          exporting.reset();
        }}
      />
    </>
  );
}

const SAID_MS = 8000;
