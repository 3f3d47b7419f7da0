/** A place for files: dropped, pasted, chosen, or taken with the camera. */
import Box from "@mui/material/Box";
import Button from "@mui/material/Button";
import Typography from "@mui/material/Typography";
import { type DragEvent, lazy, Suspense, useRef, useState } from "react";

import { accepts, type FieldFault } from "@/contract/checking";
import type { FileField } from "@/contract/fields";
import { bytes, limitOf, listOf, typeName, withArticle } from "@/shared/format";
import { useTranslation } from "@/shared/i18n";
import { Words } from "@/shared/ui/Words";
import { useAbout } from "@/shared/useAbout";

import { ChosenFiles } from "./ChosenFiles";
import type { Chosen } from "./form";
import { useFilesOfPage } from "./useFilesOfPage";

const CameraDialog = lazy(() =>
  import("./CameraDialog").then((module) => ({ default: module.CameraDialog })),
);

/** A place to drop something has to be seen. */
const EDGE = "light-dark(#a9afba, #565b64)";

interface FileInputProps {
  id: string;
  field: FileField;
  files: Chosen[];
  fault: FieldFault | undefined;
  /** Files that are dropped or pasted anywhere on the page are meant for it. */
  takesAll: boolean;
  onChange: (files: Chosen[]) => void;
}

export function FileInput(props: FileInputProps) {
  const { id, field, files, fault, takesAll, onChange } = props;
  const { t, i18n } = useTranslation();
  const [isOver, setIsOver] = useState(false);
  const [refused, setRefused] = useState("");
  const [hasCamera, setHasCamera] = useState(false);
  const chooser = useRef<HTMLInputElement>(null);
  const capture = useRef<HTMLInputElement>(null);
  const maxBytes = useAbout()?.limits.max_body;

  const types = listOf(field.types.map(typeName), i18n.language);
  const size = maxBytes === undefined ? "" : limitOf(maxBytes, i18n.language);

  /** Why a file cannot be taken; undefined: it can. */
  const refusalOf = (file: File): string | undefined => {
    if (!accepts(field, file.type)) {
      const type = withArticle(typeName(file.type), i18n.language);
      return t("run.refused", { name: file.name, type, types });
    }
    if (maxBytes !== undefined && file.size > maxBytes) {
      const own = bytes(file.size, i18n.language);
      return t("run.too_big", { name: file.name, size: own, max: size });
    }
    return undefined;
  };

  const take = (list: File[]) => {
    const reason = list.map(refusalOf).find(Boolean);
    setRefused(reason ?? "");
    if (reason !== undefined || list.length === 0) return;
    onChange(field.many ? [...files, ...list] : list.slice(0, 1));
  };

  useFilesOfPage(takesAll ? take : undefined);

  const openCamera = () => {
    // Telephones have a better camera program than any page, and need no permission.
    if (isPhone()) capture.current?.click();
    else setHasCamera(true);
  };

  const message = refused || (fault && t(fault.key, fault.values ?? {}));
  const takesPictures =
    field.types.length === 0 || field.types.some((type) => type.startsWith("image/"));

  return (
    <Box role="group" aria-labelledby={`${id}-title`}>
      <Typography id={`${id}-title`} component="h2" variant="h3" sx={{ mb: 2 }}>
        {field.title}
        {!field.required && (
          <Typography component="span" color="textSecondary">
            {" "}
            ({t("run.optional")})
          </Typography>
        )}
      </Typography>
      <Box
        onDragOver={(event) => {
          event.preventDefault();
          setIsOver(true);
        }}
        onDragLeave={() => {
          setIsOver(false);
        }}
        onDrop={(event: DragEvent) => {
          event.preventDefault();
          // It must not be taken a second time by the page around it.
          event.stopPropagation();
          setIsOver(false);
          take([...event.dataTransfer.files]);
        }}
        // All of the empty place chooses, as the words in it say; its buttons do what
        // they say. By keyboard the button is there.
        onClick={(event) => {
          const isButton = (event.target as Element).closest("button, input") !== null;
          if (files.length === 0 && !isButton) chooser.current?.click();
        }}
        sx={{
          cursor: files.length === 0 ? "pointer" : "auto",
          border: "1.5px dashed",
          borderColor: message ? "error.main" : isOver ? "primary.main" : EDGE,
          bgcolor: isOver ? "action.hover" : "background.paper",
          borderRadius: 1.5,
          p: 5,
          minHeight: 200,
          display: "grid",
          gap: 3,
          alignContent: "center",
          justifyItems: "center",
          textAlign: "center",
          transition: "background-color 120ms, border-color 120ms",
        }}
      >
        <ChosenFiles files={files} onChange={onChange} />
        {files.length === 0 && (
          <Typography sx={{ fontSize: 16, fontWeight: 500 }}>
            {t(
              isPhone()
                ? "run.choose_one"
                : field.many
                  ? "run.drop_many"
                  : "run.drop_one",
            )}
          </Typography>
        )}
        <Box
          sx={{ display: "flex", flexWrap: "wrap", gap: 2, justifyContent: "center" }}
        >
          <Button
            id={id}
            variant="outlined"
            aria-describedby={`${id}-types ${id}-fault`}
            onClick={() => chooser.current?.click()}
          >
            {files.length > 0 && !field.many ? t("run.replace") : t("run.choose")}
          </Button>
          {takesPictures && <Button onClick={openCamera}>{t("run.camera")}</Button>}
        </Box>
        <Typography
          id={`${id}-types`}
          variant="caption"
          color="textSecondary"
          sx={{ minHeight: "1.5em" }}
        >
          {size && t(types ? "run.takes" : "run.takes_any", { types, size })}
        </Typography>
        <HiddenInput ref={chooser} field={field} onFiles={take} />
        <HiddenInput ref={capture} field={field} onFiles={take} camera />
      </Box>
      <Typography
        id={`${id}-fault`}
        role="alert"
        variant="body2"
        color="error"
        sx={{ mt: message ? 1 : 0 }}
      >
        {message}
      </Typography>
      {field.description && (
        <Typography variant="body2" color="textSecondary" lang="en" sx={{ mt: 1 }}>
          <Words text={field.description} />
        </Typography>
      )}
      {hasCamera && (
        <Suspense>
          <CameraDialog
            onPhoto={(photo) => {
              take([photo]);
            }}
            onClose={() => {
              setHasCamera(false);
            }}
          />
        </Suspense>
      )}
    </Box>
  );
}

/** Nothing can be dropped with a finger. */
function isPhone(): boolean {
  return window.matchMedia("(pointer: coarse)").matches;
}

interface HiddenInputProps {
  ref: React.Ref<HTMLInputElement>;
  field: FileField;
  onFiles: (files: File[]) => void;
  camera?: boolean;
}

/** The browser's own chooser, which a button opens. */
function HiddenInput({ ref, field, onFiles, camera = false }: HiddenInputProps) {
  return (
    <input
      ref={ref}
      type="file"
      hidden
      aria-hidden
      tabIndex={-1}
      data-field={camera ? undefined : field.name}
      data-camera={camera ? field.name : undefined}
      multiple={field.many && !camera}
      accept={camera ? "image/*" : field.types.join(",")}
      {...(camera && { capture: "environment" as const })}
      onChange={(event) => {
        onFiles([...(event.target.files ?? [])]);
        // So that the same file can be chosen again.
        event.target.value = "";
      }}
    />
  );
}
