/** A file of a task: a picture, a document, sound, a film, a text, or its name. */
import Box from "@mui/material/Box";
import Button from "@mui/material/Button";
import LinearProgress from "@mui/material/LinearProgress";
import Typography from "@mui/material/Typography";
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";

import { bytes, typeName } from "@/shared/format";

import { useTranslation } from "@/shared/i18n";
import { useObjectUrl } from "@/shared/useObjectUrl";
import { Compare } from "./Compare";
import { TextView } from "./TextView";
import { viewerOf } from "./viewerOf";

const TEXT_BYTES = 64_000;

interface FileViewProps {
  url: string;
  name: string;
  /** The address of the picture that was sent; the result is shown over it. */
  original: string | undefined;
}

interface Head {
  type: string;
  size: number;
}

/** Type and size, without the content. */
async function head(url: string, signal: AbortSignal): Promise<Head> {
  const response = await fetch(url, { method: "HEAD", signal });
  return {
    type: (response.headers.get("content-type") ?? "").split(";")[0] ?? "",
    size: Number(response.headers.get("content-length") ?? 0),
  };
}

export function FileView({ url, name, original }: FileViewProps) {
  const { t, i18n } = useTranslation();
  const file = useQuery({
    queryKey: ["file", url],
    queryFn: ({ signal }) => head(url, signal),
    staleTime: Infinity,
  });

  return (
    <Box>
      {file.data && (
        <Content url={url} name={name} file={file.data} original={original} />
      )}
      <Box sx={{ display: "flex", gap: 3, alignItems: "center", mt: 2 }}>
        <Button component="a" href={url} download variant="outlined" size="small">
          {t("result.download")}
        </Button>
        {file.data && (
          <Typography variant="caption" color="textSecondary">
            {typeName(file.data.type)} · {bytes(file.data.size, i18n.language)}
          </Typography>
        )}
      </Box>
    </Box>
  );
}

interface ContentProps extends FileViewProps {
  file: Head;
}

function Content({ url, name, file, original }: ContentProps) {
  const { t } = useTranslation();
  // Browsers know some pictures, sounds and films only by their type: TIFF, MIDI, AVI.
  const [isBroken, setIsBroken] = useState(false);
  const shown = isBroken ? "nothing" : viewerOf(file);
  const onError = () => {
    setIsBroken(true);
  };

  switch (shown) {
    case "image":
      return <Compare before={original} after={url} alt={name} onError={onError} />;
    case "audio":
      return (
        <audio controls src={url} aria-label={name} onError={onError} style={WIDE} />
      );
    case "video":
      return (
        <video controls src={url} aria-label={name} onError={onError} style={FILM} />
      );
    case "pdf":
      return <PdfView url={url} name={name} />;
    case "text":
      return <RemoteText url={url} size={file.size} />;
    case "nothing":
      return (
        <Typography color="textSecondary">
          {t("result.cannot_show", { type: typeName(file.type) })}
        </Typography>
      );
  }
}

const WIDE = { width: "100%" };
// In a small film the browser's own buttons have no room.
const FILM = {
  minWidth: "min(100%, 320px)",
  maxWidth: "100%",
  maxHeight: "70vh",
  background: "#000",
  borderRadius: 8,
};

/** Files come as attachments, so the page gives the browser's viewer a copy. */
function PdfView({ url, name }: { url: string; name: string }) {
  const { t } = useTranslation();
  const blob = useQuery({
    queryKey: ["blob", url],
    queryFn: async ({ signal }) => (await fetch(url, { signal })).blob(),
    staleTime: Infinity,
  });
  const local = useObjectUrl(blob.data);

  if (!local) return <LinearProgress aria-label={t("loading")} />;
  return (
    <iframe
      // Small pictures of the pages would take a third of the place.
      src={`${local}#navpanes=0`}
      title={name}
      style={{ width: "100%", height: "70vh", border: 0 }}
    />
  );
}

function RemoteText({ url, size }: { url: string; size: number }) {
  const text = useQuery({
    queryKey: ["text", url],
    queryFn: async ({ signal }) => {
      const range = { range: `bytes=0-${String(TEXT_BYTES - 1)}` };
      return (await fetch(url, { signal, headers: range })).text();
    },
    enabled: size > 0,
    staleTime: Infinity,
  });
  return <TextView text={(text.data ?? "") + (size > TEXT_BYTES ? "…" : "")} />;
}
