/** A file of a task: a picture, a document, sound, a film, a text, or its name. */
import Box from "@mui/material/Box";
import Button from "@mui/material/Button";
import Typography from "@mui/material/Typography";
import { useQuery } from "@tanstack/react-query";

import { bytes, typeName } from "@/shared/format";

import { useTranslation } from "@/shared/i18n";
import { useObjectUrl } from "@/shared/useObjectUrl";
import { Compare } from "./Compare";
import { TextView } from "./TextView";

const TEXT_BYTES = 64_000;
const PDF_BYTES = 50_000_000;

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
  const [kind] = file.type.split("/");

  if (kind === "image") return <Compare before={original} after={url} alt={name} />;
  if (kind === "audio") return <audio controls src={url} style={{ width: "100%" }} />;
  if (kind === "video") {
    return <video controls src={url} style={{ maxWidth: "100%" }} />;
  }
  if (file.type === "application/pdf" && file.size <= PDF_BYTES) {
    return <PdfView url={url} name={name} />;
  }
  // HTML of strangers is shown as text, never as a page.
  if (kind === "text" || file.type === "application/json") {
    return <RemoteText url={url} size={file.size} />;
  }
  return (
    <Typography color="textSecondary">
      {t("result.cannot_show", { type: typeName(file.type) })}
    </Typography>
  );
}

/** Files come as attachments, so the page gives the browser's viewer a copy. */
function PdfView({ url, name }: { url: string; name: string }) {
  const blob = useQuery({
    queryKey: ["blob", url],
    queryFn: async ({ signal }) => (await fetch(url, { signal })).blob(),
    staleTime: Infinity,
  });
  const local = useObjectUrl(blob.data);

  if (!local) return null;
  return (
    <iframe
      src={local}
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
