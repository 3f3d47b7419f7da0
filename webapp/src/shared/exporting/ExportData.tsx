/** Gives all that is known of somebody, as a ZIP file: how much has come, and cancel. */
import Box from "@mui/material/Box";
import Button from "@mui/material/Button";
import LinearProgress from "@mui/material/LinearProgress";
import Typography from "@mui/material/Typography";
import { useMutation } from "@tanstack/react-query";
import { useEffect, useRef, useState } from "react";

import { download } from "@/shared/download";
import { bytes } from "@/shared/format";
import { useTranslation } from "@/shared/i18n";
import { save } from "@/shared/save";
import { Failure } from "@/shared/ui/Faults";

import "./words";

interface ExportDataProps {
  person: { id: string; name: string };
  isMyself: boolean;
}

export function ExportData({ person, isMyself }: ExportDataProps) {
  const { t, i18n } = useTranslation();
  const [received, setReceived] = useState(0);
  const ending = useRef<AbortController>(undefined);
  useEffect(() => () => ending.current?.abort(), []);

  const exporting = useMutation({
    mutationFn: async () => {
      const controller = new AbortController();
      ending.current = controller;
      setReceived(0);
      const path = `people/${encodeURIComponent(person.id)}/export`;
      const content = await download(path, controller.signal, setReceived);
      const name = nameOf(person.name);
      save(name, content);
      return name;
    },
  });
  const { error, data: name, isPending } = exporting;
  const isCancelled = error instanceof DOMException && error.name === "AbortError";
  const size = bytes(received, i18n.language);

  return (
    <Box sx={{ display: "grid", gap: 3, justifyItems: "start" }}>
      {isPending ? (
        <Box sx={{ display: "grid", gap: 2, width: "100%", maxWidth: 420 }}>
          <LinearProgress
            aria-label={t(isMyself ? "exporting.mine" : "exporting.theirs")}
          />
          <Typography role="status" variant="body2" color="textSecondary">
            {received === 0 ? t("exporting.begins") : t("exporting.received", { size })}
          </Typography>
          <Button
            variant="outlined"
            sx={{ justifySelf: "start" }}
            onClick={() => ending.current?.abort()}
          >
            {t("exporting.cancel")}
          </Button>
        </Box>
      ) : (
        <Button
          variant="outlined"
          onClick={() => {
            exporting.mutate();
          }}
        >
          {t(isMyself ? "exporting.mine" : "exporting.theirs")}
        </Button>
      )}
      {name !== undefined && !isPending && (
        <Typography role="status" variant="body2" color="textSecondary">
          {t("exporting.saved", { name, size })}
        </Typography>
      )}
      {error && !isCancelled && <Failure error={error} />}
    </Box>
  );
}

/** As the engine calls it: `ada-2026-12-01.zip`. */
function nameOf(person: string): string {
  return `${person}-${new Date().toISOString().slice(0, 10)}.zip`;
}
